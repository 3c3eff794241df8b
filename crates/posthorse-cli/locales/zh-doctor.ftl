# posthorse doctor 的文字。doctor-<名称> 说明哪里不对，mend-<名称> 说明怎么办。

about-doctor = 检查本机哪里不对：密钥、名录、时钟、共享文件夹、磁盘，并说明如何修复
arg-doctor-home = 单位的主文件夹
arg-doctor-config = 守护程序的设置文件，其中写明主文件夹、共享文件夹和状态文件夹
arg-doctor-drop = 共享文件夹
error-doctor-nothing-named = 没有指定要检查什么
hint-doctor-nothing-named = 用 --home 指定单位，用 --drop 指定共享文件夹，或用 --config 指定守护程序。

doctor-head = posthorse { $version }，本机时间 { $now }
doctor-line = { $what }［{ $name }］
doctor-sum = 问题 { $problems } 项，提醒 { $warnings } 项，无法检查 { $unable } 项

## 设置

doctor-settings-missing = 设置文件 { $path } 不存在
mend-settings-missing = 把 examples/quickstart/posthorse.toml 复制为 { $path }，填写 drop、state 和 home。
doctor-settings-unreadable = 无法读取设置文件 { $path }（{ $why }）
mend-settings-unreadable = 用 ls -l { $path } 查看，并让守护程序的账号可以读取。
doctor-settings-syntax = 设置文件 { $path } 不是 TOML，或有值的类型不对：{ $why }
mend-settings-syntax = 请改正 { $path } 中指出的位置。
doctor-settings-unknown-key = 设置文件 { $path } 中有守护程序不认识的项：{ $why }
mend-settings-unknown-key = 请在 { $path } 中改正拼写，或删除该行。
doctor-settings-missing-key = 设置文件 { $path } 缺少一项：{ $why }
mend-settings-missing-key = 请补入 { $path }：drop、state 和 home 必填。
doctor-settings-out-of-range = { $path } 中有值超出范围：{ $why }
mend-settings-out-of-range = 请改正 { $path } 中的值。
doctor-settings-folders-overlap = { $path } 中 { $one } 与 { $other } 互相包含：人人可改的地方不得存放密钥或台账
mend-settings-folders-overlap = 把 { $other } 移到市局自己的磁盘，并在 { $path } 中写明新位置。
doctor-settings-relative-folder = { $path } 中这些文件夹不是完整路径，设置文件移动时会跟着变：{ $keys }
mend-settings-relative-folder = 请在 { $path } 中写明完整路径。

## 主文件夹与密钥

doctor-home-missing = 主文件夹 { $path } 不存在
mend-home-missing = 新单位用 posthorse init --home { $path } --party ID --name NAME --role ROLE 建立；原有单位请从备份恢复。
doctor-not-a-home = { $path } 中既无密钥也无联系表，不是单位的主文件夹
mend-not-a-home = 请指定 posthorse init 建立的文件夹。
doctor-contact-form-missing = 联系表 { $path } 不存在
mend-contact-form-missing = 请从主文件夹的备份恢复，或向名录管理单位索取此前报送的那一份。
doctor-contact-form-broken = 联系表 { $path } 被改动或已损坏（{ $why }）
mend-contact-form-broken = 请从主文件夹的备份恢复。
doctor-keys-folder-open-to-others = 本机其他人可以进入密钥文件夹 { $path }（权限 { $mode }）
mend-keys-folder-open-to-others = chmod 700 { $path }
doctor-key-missing = 机密文件 { $path } 不存在
mend-key-missing = 请从备份恢复。没有备份时，用 posthorse init 另建并重新登记密钥。
doctor-key-unreadable = 无法读取机密文件 { $path }（{ $why }）
mend-key-unreadable = 用 ls -l { $path } 查看，并以其所有者的账号运行检查。
doctor-key-readable-by-others = 本机其他人可以读取机密文件 { $path }（权限 { $mode }）
mend-key-readable-by-others = chmod 600 { $path }
doctor-key-broken = { $path } 不是可用的密钥（{ $why }）
mend-key-broken = 请从备份恢复。
doctor-key-kept-twice = 同一密钥存有两份：{ $path } 未设口令，{ $twin } 设有口令；实际使用前者
mend-key-kept-twice = 请移走其中一份；若本意是用口令保护，请移走 { $path }。
doctor-key-unprotected = { $path } 未设口令，仅所有者可读
doctor-key-not-opened = { $path } 设有口令，未打开检查
mend-key-not-opened = 加上 --passphrase-file FILE 可打开并与联系表核对。
doctor-wrong-passphrase = 口令不能打开 { $path }
mend-wrong-passphrase = 请改正口令文件的第一行；若口令无误，请从备份恢复 { $path }。
doctor-passphrase-file-readable-by-others = 本机其他人可以读取口令文件 { $path }（权限 { $mode }）
mend-passphrase-file-readable-by-others = chmod 600 { $path }
doctor-key-rights-not-checked = 未检查谁能读取 { $path }：本系统没有这种权限
mend-key-rights-not-checked = 请把主文件夹放在用户自己的目录下，并为密钥设置口令。
doctor-signing-key-not-of-contact-form = 签名密钥 { $path } 与联系表所列的不是同一个
mend-signing-key-not-of-contact-form = 请从同一份备份恢复 keys 和 contact-form.json。
doctor-identity-not-of-contact-form = 身份文件 { $path } 打不开封装给联系表收件密钥的内容
mend-identity-not-of-contact-form = 请从同一份备份恢复 keys 和 contact-form.json。
doctor-sequence-broken = 本单位的序号记录 { $path } 已损坏（{ $why }）
mend-sequence-broken = 请从备份恢复。切勿用同一密钥从头编号，否则会有两个数据包占用同一序号。

## 在名录中的情况

doctor-party-not-enrolled = 所信任的名录 { $path } 中没有 { $party }
mend-party-not-enrolled = 请把 contact-form.json 交给名录管理单位，再信任新版名录。
doctor-not-a-bureau = 设置要运行守护程序，但 { $path } 中 { $party } 不是市局
mend-not-a-bureau = 请在设置中写明市局的主文件夹。
doctor-key-not-enrolled = 名录 { $path } 中 { $party } 名下没有这个密钥：{ $key }
mend-key-not-enrolled = 请把 contact-form.json 交给名录管理单位，再信任新版名录。
doctor-key-revoked = { $party } 的密钥 { $key } 自 { $when } 起停用（{ $why }）
mend-key-revoked = 请在新文件夹用 posthorse init 生成新密钥并登记。
doctor-key-not-yet-valid = { $party } 的密钥 { $key } 自 { $when } 起才有效
mend-key-not-yet-valid = 请等到那时；若是本机时钟慢了，请校准。
doctor-key-expired = { $party } 的密钥 { $key } 已于 { $when } 过期
mend-key-expired = 请在新文件夹用 posthorse init 生成新密钥并登记。
doctor-key-expires-within-7-days = { $party } 的密钥 { $key } 将在 7 天内过期（{ $when }）
mend-key-expires-within-7-days = 请今天就登记新密钥：在新文件夹运行 posthorse init，并报送其 contact-form.json。
doctor-key-expires-within-30-days = { $party } 的密钥 { $key } 将在 30 天内过期（{ $when }）
mend-key-expires-within-30-days = 请登记新密钥：在新文件夹运行 posthorse init，并报送其 contact-form.json。
doctor-key-expires-within-60-days = { $party } 的密钥 { $key } 将在 60 天内过期（{ $when }）
mend-key-expires-within-60-days = 请与名录管理单位安排更换密钥。

## 名录

doctor-registry-not-trusted = 本单位还没有信任的名录：{ $path } 不存在
mend-registry-not-trusted = posthorse registry trust --home { $home } drop/registry/registry.json
doctor-registry-broken = 所信任的名录 { $path } 已损坏，或根密钥签名不足（{ $why }）
mend-registry-broken = 请从备份恢复；或移走它，再用市局的文件运行 posthorse registry trust --home { $home }。
doctor-registry-expired = 所信任的名录 { $path } 已于 { $when } 过期
mend-registry-expired = 请取得最新版并运行 posthorse registry trust --home { $home } registry.json
doctor-registry-expires-within-7-days = 所信任的名录 { $path } 将在 7 天内过期（{ $when }）
mend-registry-expires-within-7-days = 根密钥持有人须今天签署新版：posthorse registry sign；再运行 posthorse registry trust --home { $home } registry.json
doctor-registry-expires-within-30-days = 所信任的名录 { $path } 将在 30 天内过期（{ $when }）
mend-registry-expires-within-30-days = 请签署新版：posthorse registry sign；再运行 posthorse registry trust --home { $home } registry.json
doctor-registry-expires-within-60-days = 所信任的名录 { $path } 将在 60 天内过期（{ $when }）
mend-registry-expires-within-60-days = 请与根密钥持有人安排新版。

## 时钟

doctor-clock-behind-registry = 本机时间为 { $now }，而所信任的名录 { $path } 签署于更晚的 { $then }
mend-clock-behind-registry = 请校准时钟和时区（timedatectl set-time，或使用时间服务器）。
doctor-clock-behind-files = 本机时间为 { $now }，而 { $path } 带有更晚的时间 { $then }
mend-clock-behind-files = 请与另一台机器核对时钟；若本机无误，则写该文件的机器时钟有误。
doctor-clock-differs-from-share = 本机时间为 { $now }，而共享文件夹 { $path } 给新文件的时间是 { $then }
mend-clock-differs-from-share = 请让两台机器使用同一时间服务器。

## 共享文件夹

doctor-drop-missing = 共享文件夹 { $path } 不存在
mend-drop-missing = 请挂载共享（mount { $path }，或连接网络驱动器），或改正路径。
doctor-drop-unreadable = 无法读取共享文件夹 { $path }（{ $why }）
mend-drop-unreadable = 请让本账号可以读写 { $path }。
doctor-drop-not-mounted = { $path } 中既无 inbox 也无 registry，可能没有挂载共享
mend-drop-not-mounted = 请挂载共享。新建时：mkdir { $path }/inbox { $path }/outbox { $path }/registry { $path }/log
doctor-drop-folder-missing = 共享文件夹中缺少 { $path }
mend-drop-folder-missing = mkdir { $path }
doctor-share-registry-missing = { $path } 没有发布名录
mend-share-registry-missing = 请市局把其 registry.json 复制到该处。
doctor-share-registry-broken = 发布的名录 { $path } 已损坏，或根密钥签名不足（{ $why }）
mend-share-registry-broken = 没有单位会采用它。请市局把自己信任的 registry.json 重新复制到 { $path }。
doctor-share-registry-newer = { $path } 已发布第 { $version } 版，是本单位所信任名录的下一版
mend-share-registry-newer = posthorse registry trust --home { $home } { $path }
doctor-share-registry-versions-missing = { $path } 已发布第 { $version } 版，而中间的版本本单位没有信任过
mend-share-registry-versions-missing = 请确认中间各版（registry.v2.json 等）与它放在同一文件夹，没有时请向市局索取，然后：posthorse registry trust --home { $home } { $path }
doctor-share-registry-older = { $path } 发布的是较旧的第 { $version } 版
mend-share-registry-older = 请市局把自己信任的 registry.json 复制到 { $path }。
doctor-share-registry-forked = { $path } 发布的第 { $version } 版没有得到本单位所信任名录的担保，来历不同
mend-share-registry-forked = 请勿信任。请打电话给市局，核对 posthorse registry verify { $path } 显示的根指纹。
doctor-inbox-old-file = 收件夹中有 { $count } 个文件停留过久，如 { $path }
mend-inbox-old-file = 若守护程序没有运行，请启动：posthorse daemon run。若在运行，请询问发送单位复制是否中断。
doctor-quarantine-not-empty = 隔离区 { $path } 中有 { $count } 项
mend-quarantine-not-empty = 原因见守护程序日志。请逐项用 posthorse inspect { $path }/CLAIM/item 查看，告知发送单位后移走。
doctor-claims-left = { $path } 中有 { $count } 项已认领、尚无结论
mend-claims-left = 请启动守护程序：posthorse daemon run 会继续处理。
doctor-temporary-left = 有 { $count } 个中断运行留下的文件，如 { $path }
mend-temporary-left = 已无用处，可以删除：rm -r { $path }

## 文件夹的行为

doctor-folder-not-writable = { $path } 无法写入（{ $why }）
mend-folder-not-writable = 请让本账号可以写入 { $path }；若为只读挂载，请重新挂载。
doctor-folder-not-synced = { $path } 不能落盘（{ $why }）
mend-folder-not-synced = 请检查磁盘（dmesg、smartctl）；共享须以能落盘的方式挂载。
doctor-folder-loses-bytes = { $path } 读回的内容与写入的不同
mend-folder-loses-bytes = 请立即改用其他磁盘或共享，并检查这一个。
doctor-folder-no-exclusive-create = { $path } 允许以同一名称两次新建文件
mend-folder-no-exclusive-create = 请使用支持独占新建的共享（SMB 2 以上或 NFS 4）。
doctor-folder-no-rename = { $path } 不能改名（{ $why }）
mend-folder-no-rename = 请让本账号可以在 { $path } 中改名；只许新增文件的共享不能使用。
doctor-folder-rename-not-atomic = { $path } 改名不是一步完成，别人可能看到半个文件
mend-folder-rename-not-atomic = 请使用改名为原子操作的共享（SMB、NFS 或本地磁盘，不要用网盘同步文件夹）。
doctor-folder-locks-do-not-hold = { $path } 中的锁不起作用，可能有两个守护程序同时运行
mend-folder-locks-do-not-hold = 请把该文件夹放在本地磁盘。
doctor-folder-folds-case = { $path } 不区分大小写
doctor-folder-no-long-names = { $path } 不接受 200 个字符的名称
mend-folder-no-long-names = 请使用支持长文件名的共享，并缩短其路径。
doctor-folder-no-chinese-names = { $path } 不能保存中文名称
mend-folder-no-chinese-names = 请以 UTF-8 文件名挂载共享（iocharset=utf8）。
doctor-trial-left = 检查时的试写文件未能删除（{ $why }）
mend-trial-left = 请让本账号可以在 { $path } 中删除，再删除该文件夹。

## 状态文件夹

doctor-state-missing = 状态文件夹 { $path } 不存在
mend-state-missing = 守护程序首次运行时会建立。若已运行过，请挂载其所在磁盘。
doctor-state-unreadable = 无法读取状态文件夹 { $path }（{ $why }）
mend-state-unreadable = 请以守护程序的账号运行检查。
doctor-state-open-to-others = 本机其他人可以进入状态文件夹 { $path }（权限 { $mode }）
mend-state-open-to-others = chmod 700 { $path }
doctor-ledger-on-network-file-system = { $path } 中的台账位于网络文件系统（{ $kind }），锁在那里不起作用
mend-ledger-on-network-file-system = 请停止守护程序，把 { $path } 移到本地磁盘，并在设置中写为 state。
doctor-file-system-not-checked = 未检查 { $path } 位于何种文件系统：本系统不提供
doctor-ledger-key-missing = 台账存在，但其密钥 { $path } 不见了
mend-ledger-key-missing = 请在守护程序启动之前从主文件夹的备份恢复：新密钥读不了旧台账。
doctor-daemon-runs = 守护程序正在 { $path } 上运行
doctor-daemon-not-running = { $path } 上没有守护程序在运行
doctor-daemon-lock-unreadable = 看不出 { $path } 上是否有守护程序在运行（{ $why }）
mend-daemon-lock-unreadable = 请以守护程序的账号运行检查。
doctor-daemon-runs-as-root = 状态文件夹 { $path } 属于 root：守护程序以本机最高权限运行
mend-daemon-runs-as-root = 请为守护程序单设账号（见 packaging/README.md），并把文件夹交给它：chown -R posthorse { $path }
doctor-confinement-complete = 本机能完全限制守护程序的权限
doctor-confinement-in-part = 本机不能完全限制守护程序的权限，缺少：{ $missing }
doctor-confinement-lacking = 设置要求完全限制守护程序，本机却缺少：{ $missing }
mend-confinement-lacking = 请换用较新的 Linux 内核，或在 [confinement] 下设 require = "best"。
doctor-disk-nearly-full = { $path } 只剩 { $free } MiB
mend-disk-nearly-full = 请在下一批数据包到来之前腾出空间：df -h { $path }
doctor-disk-low = { $path } 剩余 { $free } MiB
mend-disk-low = 请安排更多空间：df -h { $path }
doctor-disk-not-checked = 未检查 { $path } 的剩余空间：本系统不提供

## 日历

doctor-rules-unusable = 所信任名录的规则文件无法使用：{ $why }
mend-rules-unusable = 请从 registry.json 旁有 rules 文件夹的地方重新信任名录；仍不行时请更新程序。
doctor-calendar-without-this-year = 工作日历没有 { $year } 年的放假安排：按工作日计算的期限均为暂定
mend-calendar-without-this-year = 请按国务院办公厅 { $year } 年放假通知更新 holidays.json 并发布（posthorse registry rules add）。
doctor-calendar-ends-soon = 工作日历还没有 { $year } 年的放假安排：跨年的期限为暂定
mend-calendar-ends-soon = 国务院办公厅发布 { $year } 年放假通知后，请更新 holidays.json 并发布（posthorse registry rules add）。

## 控制台

doctor-console-not-utf8 = 语言环境不是 UTF-8（{ $variable }="{ $value }"），中文和文件名可能显示错误
mend-console-not-utf8 = export LANG=zh_CN.UTF-8
