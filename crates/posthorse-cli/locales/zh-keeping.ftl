## 保存、到期销毁、访问记录

about-daemon-delete = 到期销毁：列出保存期满的内容，确认后销毁
about-access-log = 访问记录：谁打开、导出或查看了什么，记录是否完整
arg-dry-run = 只列出，不销毁
arg-daemon-delete-as-of = 按此时刻列出，如 2030-01-01T00:00:00Z
arg-yes = 不再询问
arg-purpose = 用途，写入访问记录；默认为该业务类型的用途
arg-access-log-home = 本单位的主文件夹
arg-access-log-config = 市局的配置文件：台账中的访问记录及其主文件夹的访问记录

column-kind = 业务类型
column-months = 保存月数
column-rows = 行数
column-time = 时间
column-user = 用户
column-action = 操作
column-what = 对象
column-purpose = 用途
column-keep-until = 保存至
action-open = 打开
action-export = 导出
action-unmask = 查看姓名号码
action-list = 列出

delete-nothing = 没有保存期满的内容。
delete-besides = 另有：办件 { $cases } 件，隔离区 { $quarantined } 件，文件名 { $names } 个，在册名单 { $rosters } 份
delete-confirm = 内容销毁后无法恢复，签名、回执和统计数保留。确认请输入“是”：
delete-done = 已销毁：数据包 { $packages } 个，办件 { $cases } 件；签名的销毁记录 { $records } 份

error-delete-only-now = 只能销毁现在已到期的内容
hint-delete-only-now = --as-of 只用于查看，请加上 --dry-run。
error-delete-needs-a-yes = 销毁后无法恢复，而现在无人可以确认
hint-delete-needs-a-yes = 先用 --dry-run 查看，再加上 --yes。
error-delete-not-confirmed = 没有确认，未销毁任何内容
hint-delete-not-confirmed = 确需销毁时，请重新运行并输入“是”。
error-delete-daemon-at-work = 守护程序正在运行
hint-delete-daemon-at-work = 守护程序每天自行销毁一次。需要立即销毁时，请先停止守护程序。
error-deletion-unfinished = 已销毁，但有的地方尚未清除
hint-deletion-unfinished = 请接通共享文件夹，关闭正在读取台账的程序；守护程序下一轮会清除完毕。

access-log-empty = 还没有打开或导出过内容。
access-log-torn = 第 { $line } 行因断电不完整，当时没有打开任何内容
access-log-broken = 第 { $line } 行与上一行不相接：记录被改动过
access-log-broken-hint = 请查明谁能写入这个主文件夹，并与备份核对。
access-log-whole = 记录完整。
error-access-not-logged = 无法写入访问记录 { $path }，因此没有执行
hint-access-not-logged = 请让该位置可写且仅本人可读；open 和 compare 可用 --home 另行指定。
error-purpose-too-long = 用途太长
hint-purpose-too-long = 请控制在 500 字以内。

trace-deleted = 内容已销毁，见第 { $deletion } 号销毁记录

error-no-deletion-record = 这个数据包只剩存证文件，没有销毁记录说明
hint-no-deletion-record = 请连同销毁记录所在文件夹一起验证：drop/deletions 或 archive/deletions。
verify-evidence = { $path }：{ $sender } 的“{ $kind }”，{ $persons } 签名，封装于 { $sealed }；内容已于 { $day } 销毁，见第 { $number } 号销毁记录
verify-deletion = { $path }：{ $issuer } 的第 { $number } 号销毁记录，{ $deleted }，数据包 { $packages } 个
audit-deleted = { $packages } 个数据包、{ $cases } 件办件的内容已于 { $day } 销毁，见第 { $number } 号销毁记录
finding-deletion-refused = 这份销毁记录无效：{ $what }（{ $refusal }）
finding-deletion-refused-hint = 请向市局重新索取，内容须一字不差。
finding-deletion-gap = 第 { $number } 号销毁记录与上一份不相接
finding-deletion-gap-hint = 请加上 drop/deletions 或 archive/deletions 的全部文件；仍缺号的，请向市局索取。
finding-evidence-without-deletion = 数据包 { $package } 只剩存证文件，没有销毁记录提到它
finding-evidence-without-deletion-hint = 请加上 drop/deletions；已经加上的，请向市局查明是谁删除的。
finding-evidence-missing = 这份销毁记录提到的数据包 { $manifest } 没有留下存证文件
finding-evidence-missing-hint = 请加上存档；已经加上的，说明销毁之前数据包就已缺失。
finding-deleted-still-there = 第 { $number } 号销毁记录称此数据包的内容已销毁，但它还在这里
finding-deleted-still-there-hint = 若是再次送来的，市局次日会销毁；否则请向市局查明。
