# 程序的中文文字。英文在 en.ftl，键名相同。

failure = 错误：{ $what }
failure-at = 错误：{ $place }：{ $what }
failure-detail = {"  "}（{ $code }: { $detail }）
failure-hint = {"  "}→ { $hint }

## 用法

error-usage = 无法理解这条命令
hint-usage = 用 posthorse --help 查看所有命令。
error-usage-unknown-argument = 没有这个参数：{ $argument }
hint-usage-unknown-argument = 加上 --help 可查看本命令的参数。
error-usage-unknown-command = 没有这个命令：{ $command }
hint-usage-unknown-command = 用 posthorse --help 查看所有命令。
error-usage-missing-command = 缺少命令
hint-usage-missing-command = 用 posthorse --help 查看所有命令。
error-usage-missing-argument = 缺少：{ $argument }
hint-usage-missing-argument = 加上 --help 可查看本命令的参数。
error-usage-conflict = { $argument } 与 { $other } 不能同时使用
hint-usage-conflict = 请去掉其中一个。
error-usage-missing-value = { $argument } 需要一个值
hint-usage-missing-value = 请在它后面写上值；加上 --help 可查看说明。
error-usage-bad-value = “{ $value }”不能作为 { $argument } 的值
hint-usage-bad-value = 加上 --help 可查看本命令的参数。
hint-usage-unknown-argument-like = 您是不是要写 { $like }？加上 --help 可查看本命令的参数。
hint-usage-unknown-command-like = 您是不是要写 { $like }？用 posthorse --help 查看所有命令。
hint-value-kind = 请写业务类型的代码或中文名，如 warning_list 或 预警名单；posthorse template（不加参数）可列出全部。
hint-value-party = 请写单位代码，不写名称，如 bureau；posthorse registry show 名录 可列出全部单位。
hint-value-id = 请自定一个单位代码：小写字母、数字和连字符，如 medical-insurance；县区用县区代码，如 411722。名称写在 --name。
hint-value-role = 请写 department（部门）、bureau（市局）、county（县区）或 auditor（审计）。
hint-value-yyyy-mm = 请写成四位年和两位月，如 2026-11。
hint-value-time = 请写成日期（2026-11-24）、北京时间（2026-11-24 17:30）或 RFC 3339 时刻（2026-11-24T09:30:00Z）。
hint-value-digits = 指纹是 8 组、每组 5 位的数字；请整串放在一对引号里，如 "12345 …"。
hint-value-n = 请写一个整数，如 30。
error-county-code = 县区代码应为 6 位数字，例如 411722
hint-county-code = 驻马店各县区的代码为 411702、411721 至 411729 和 411771，例如 --county 411722（上蔡县）。
error-contact-text = 名称应为 1 至 100 个字，其他联系信息不超过 500 个字，且不含控制字符
hint-contact-text = 请缩短该项，去掉换行等控制字符，然后重新运行。
error-fingerprint-needed = 没有终端可供询问，也没有给出 --fingerprint；计算所得指纹为 { $computed }
hint-fingerprint-needed = 请打电话给该单位，请对方读出指纹，再用 --fingerprint 填入听到的数字。
error-unknown-list = 业务类型 { $kind } 下没有名单“{ $list }”
hint-unknown-list = 现有：
    {"      "}{ $known }
hint-unknown-list-like = 您是不是要写“{ $like }”？现有：
    {"      "}{ $known }
error-unknown-kind = 没有业务类型 { $kind }
hint-unknown-kind = 运行 posthorse template（不加参数）可列出全部业务类型和名单。
hint-unknown-kind-like = 您是不是要写 { $like }？运行 posthorse template（不加参数）可列出全部业务类型和名单。
error-choose-a-list = 业务类型 { $kind } 有多种名单，请用 --list 指明一种
hint-choose-a-list = 现有：
    {"      "}{ $known }
error-annotate-one-list = 一份标注副本只对应一份名单，但给出了多份名单
hint-annotate-one-list = 请逐份检查，或去掉 --annotate。
error-not-a-workbook-name = { $path } 不是 .xlsx 文件名
hint-not-a-workbook-name = 写入的是 Excel 工作簿，文件名请以 .xlsx 结尾。
error-roster-refused = 名册 { $path } 不能使用
hint-roster-refused = 先用 posthorse check --kind roster 检查它
error-roster-without-columns = 在册名单 { $path } 缺少比对“{ $policy }”所需的列：{ $columns }
hint-roster-without-columns = 请用含有这些列的导出表
error-unknown-policy = 没有政策“{ $policy }”
hint-unknown-policy = 已有政策：{ $known }
error-no-list-of-people = { $path } 不是含有姓名和证件号码的名单
hint-no-list-of-people = 用 posthorse check 查看原因，或用 --list 指明名单类型
error-cannot-compare = 名单 { $path } 有问题，无法比对
hint-cannot-compare = 请按以上提示修改后再比对；未写出任何结果
error-which-list = 认不出 { $path } 是哪一种名单：以下几种同样相符
hint-which-list = 请用 --kind 和 --list 指明：{ $candidates }
error-not-confirmable = “{ $code }”不是可以确认的问题
hint-not-confirmable = 可以确认的有：{ $known }
error-stdout-is-a-terminal = 数据包不能直接显示在终端上
hint-stdout-is-a-terminal = 请用 -o 指定文件，或把输出交给其他程序。

error-json-and-stdout = --json 与 -o - 都要使用标准输出
hint-json-and-stdout = 请用 -o 指定文件。
error-no-right-named = 没有指明要改什么
hint-no-right-named = 请加上 --may-send、--two-signatures、--county 或与之相反的参数；--help 可查看全部。
error-no-report-named = 没有指明要改什么
hint-no-report-named = 请加上 --list 名单，或 --no-list 名单，例如 --list 未兑付名单=按季。
error-not-owed = { $party } 没有登记报送“{ $list }”
hint-not-owed = posthorse registry show 可查看已登记的报送名单。
error-no-such-list = 没有名单“{ $list }”
hint-no-such-list = posthorse template 可查看全部名单。
hint-no-such-list-like = 您是指“{ $like }”吗？posthorse template 可查看全部名单。
error-owes-what-it-may-not-send = { $party } 无权发送“{ $list }”（{ $kind }）
hint-owes-what-it-may-not-send = 请先用 posthorse registry rights --may-send { $kind } 增加此业务类型。
error-list-is-no-report = “{ $list }”是对交办的答复，不按期次报送
hint-list-is-no-report = 答复的期限在交办时确定，无需登记。
error-no-such-cadence = “{ $list }”不能登记为“{ $cadence }”报送
hint-no-such-cadence = 可登记的报送周期：{ $known }。没有列出的，该名单随时报送，不分期次。
error-countersign-needs-a-file = 会签只处理文件，不使用标准输入输出
hint-countersign-needs-a-file = 请先把数据包保存为文件。

## 文件

error-not-found = 找不到文件 { $path }
hint-not-found = 请检查名称和所在文件夹；名称中有空格时，前后加引号。
error-cannot-read = 无法读取 { $path }
hint-cannot-read = 请确认您有权读取该文件，且没有其他程序占用；在共享文件夹中的，请确认已连接。
error-cannot-write = 无法写入 { $path }
hint-cannot-write = 请确认您有权写入该文件夹，且文件没有在其他程序中打开。
error-no-folder = { $path } 所在的文件夹不存在
hint-no-folder = 请先建立该文件夹，或改正路径。
error-is-a-folder = { $path } 是文件夹，不是文件
error-not-a-file = { $path } 是管道或设备，不是文件
hint-not-a-file = 请指定普通文件；要从标准输入读取，请写 -。
hint-is-a-folder = 请指定其中的某一个文件。
error-file-exists = { $path } 已存在，不会覆盖
hint-file-exists = 请换一个名称，或先把原文件移走。
error-folder-not-empty = 文件夹 { $path } 不是空的
hint-folder-not-empty = 请指定新文件夹或空文件夹。
error-disk-full = 磁盘已满
hint-disk-full = 请清理磁盘或换到空间足够的磁盘，然后重新运行；没有留下残缺的文件。
error-document-too-large = { $path } 超过文件允许的大小
hint-document-too-large = 请确认没有选错文件：名录、联系表和回执都很小。
error-not-utf8 = { $path } 不是 UTF-8 文本
hint-not-utf8 = 请用记事本打开，另存为 UTF-8 编码。
error-cannot-print = 无法写到标准输出
hint-cannot-print = 请检查输出所到的文件或程序，然后重新运行。
error-cannot-read-package = 无法读取数据包
hint-cannot-read-package = 请确认共享文件夹仍连接，然后重试；如仍失败，请重新复制该数据包。
error-cannot-write-package = 无法写入数据包
hint-cannot-write-package = 请确认输出位置可写、空间足够，然后重新运行；没有留下残缺的数据包。
error-cannot-write-opened = 无法写入数据包中的内容
hint-cannot-write-opened = 请确认输出文件夹所在磁盘可写、空间足够，然后重新打开。
error-cannot-read-source = 无法读取要封装的文件
hint-cannot-read-source = 请在其他程序中关闭该文件，确认磁盘和共享文件夹可用，然后重新封装。
error-cannot-read-answer = 无法读取回答
hint-cannot-read-answer = 请重新运行，回答“是”；或直接用 --fingerprint 填入听到的数字。
error-source-changed = 封装过程中文件发生了变化
hint-source-changed = 请在其他程序中关闭该文件后重新封装。
error-interrupted = 已按要求停止，没有留下未完成的文件
hint-interrupted = 需要时重新运行即可。
error-clock = 本机时间不在 1970 年至 9999 年之间
hint-clock = 请校准本机时间后重新运行。
error-internal = 程序自身出错
hint-internal = 请把上面一行报告给开发者。
error-no-draft = 没有待签名的草稿 { $path }
hint-no-draft = registry create、add、revoke 会生成草稿。
error-config = 配置文件有误
hint-config = 请按括号中的位置改正设置文件，再用 posthorse doctor --config 检查。
error-daemon = 守护程序已停止
hint-daemon = 请按括号中的原因处理；用 posthorse doctor --config 检查后重新运行。
error-daemon-config = 守护程序的设置文件有误
hint-daemon-config = 请改正设置文件；可参照 examples/quickstart/posthorse.toml，再用 posthorse doctor --config 检查。
error-daemon-not-confined = 守护程序无法按设置的要求自我限制
hint-daemon-not-confined = 请用 posthorse doctor --config 查看本机缺少什么；较新的内核具备这些功能。也可在 [confinement] 下设 require = "best"。
error-demo-folder = 无法建立临时文件夹
hint-demo-folder = 请用 --dir 指定一个可写的新文件夹。
error-demo = 演示的结果与预期不符
hint-demo = 请把以上输出报告给开发者。

## 密钥

error-not-a-home = { $path } 不是单位的主文件夹
hint-not-a-home = 用 posthorse init 建立。
error-no-registry = 本单位还没有信任的名录：{ $path } 不存在
hint-no-registry = posthorse registry trust --home { $home } registry.json
error-readable-by-others = { $path } 是机密文件，但本机其他人也能读取（权限 { $mode }）
hint-readable-by-others = 用 chmod 600 改为仅本人可读。
error-wrong-passphrase = 口令错误，或文件被改动
hint-wrong-passphrase = 请重新输入，注意大小写和输入法。口令无法找回：确实忘记时，请重新 posthorse init，再请名录管理单位登记新密钥。
error-passphrase-empty = 口令为空
hint-passphrase-empty = 请输入口令；不设口令须在 posthorse init 时写明 --unprotected。
error-no-credential = 没有名为 { $name } 的服务凭据
hint-no-credential = 请在服务单元中写明 LoadCredential={ $name }:/文件路径；它只在由 systemd 启动时存在。
error-passphrases-differ = 两次输入的口令不同
hint-passphrases-differ = 没有生成密钥。请重新运行，两次输入同一口令。
error-no-terminal-for-passphrase = 没有终端可供输入口令
hint-no-terminal-for-passphrase = 请用 --passphrase-file 指定一个仅本人可读的口令文件。
error-key-file-broken = 这不是密钥文件
hint-key-file-broken = 请指定 posthorse init 建立的 keys 中的文件；如已损坏，请从备份恢复。
error-key-malformed = 这不是可用的密钥
hint-key-malformed = 打开数据包用 keys/identity.txt 或 identity.age，不是 signing-key；如文件无误，请从备份恢复。
error-no-randomness = 系统没有提供随机数
hint-no-randomness = 请重新启动本机；在系统能提供随机数之前不要生成密钥。
error-sequence-broken = 本单位的序号记录已损坏
hint-sequence-broken = 请从备份恢复 sequence.json。切勿用同一密钥从头编号，否则会有两个数据包占用同一序号。
error-not-a-root-key = { $home } 的密钥不是这份名录的根密钥
hint-not-a-root-key = 请用 posthorse registry create 时的主文件夹；名录只能由根密钥持有人签署。
error-wrong-key-for-party = 名录中 { $party } 名下没有本单位的密钥
hint-wrong-key-for-party = 请把 contact-form.json 交给名录管理单位，再信任新的名录。
error-countersign-key-unknown = 名录中没有这个主文件夹的密钥
hint-countersign-key-unknown = 请把 contact-form.json 交给名录管理单位，再信任新的名录。
error-countersign-not-sender = 这个密钥属于 { $owner }，而数据包由 { $sender } 发送
hint-countersign-not-sender = 只有 { $sender } 的另一人才能会签。
error-countersign-same-person = { $person } 已经签过名；会签须由另一人进行
hint-countersign-same-person = 请由持有自己密钥的同事会签；用 posthorse init --person 可生成密钥。
error-countersign-key-not-in-force = 这个密钥在封装时尚未生效，或现已失效
hint-countersign-key-not-in-force = 如密钥是在封装之后才登记的，请重新封装名单再会签；如已过期或停用，请登记新密钥。
error-signed-already = 这个密钥已经签过该数据包
hint-signed-already = 您无需再做什么。如还需签名，须由另一人进行。
error-package-changed = 会签期间 { $path } 发生了变化，未作改动
hint-package-changed = 请查明还有谁在处理它，然后重新会签。

## 名录

error-fingerprint-differs = 指纹不一致：计算所得为 { $computed }
hint-fingerprint-differs = 这份联系表不是通话单位的，或在途中被改动。请勿登记。
error-fingerprint-not-confirmed = 未确认，没有作任何改动
hint-fingerprint-not-confirmed = 与对方在电话中逐组核对后重新运行。
error-form-is-encrypted = 联系表已加密
hint-form-is-encrypted = 请用 --home 指定收件单位的主文件夹。
error-no-such-party = 名录中没有单位 { $party }
hint-no-such-party = 请写单位代码。名录中有：
    {"      "}{ $known }
hint-no-such-party-like = 您是不是要写 { $like }？名录中有：
    {"      "}{ $known }
error-no-such-key = { $party } 没有这个密钥
hint-no-such-key = 用 posthorse registry show --json 查看所有密钥。
error-already-revoked = 该密钥已停用，停用不可撤回
hint-already-revoked = 无需再做什么。如要改用新密钥，请由本人重新 posthorse init，再用 posthorse registry add 登记。
error-no-recipient = { $party } 没有在用的收件密钥
hint-no-recipient = 请确认您的名录是最新的；否则请 { $party } 更换密钥。
error-party-differs = { $party } 在名录中登记为“{ $name }”，联系表中的名称、角色或县区与之不同
hint-party-differs = 如单位确已变更，请加上 --update。如是登记同一单位的另一人，请按已登记的名称、角色和县区填表。
error-key-enrolled-already = { $party } 的这个密钥已在名录中
hint-key-enrolled-already = 无需再做什么。如要更改可发送的业务类型，用 posthorse registry rights。

## 名单

error-list-refused = 名单不能封装：整个文件有 { $errors } 处问题
hint-list-refused = 请按上面所列改正后重新封装。
error-no-good-row = 名单中没有一行可以接收
hint-no-good-row = 请按上面所列改正后重新封装。
hint-no-row-at-all = 请从表头下一行填起。本月没有人员时，请报零报告：posthorse template nil_report -o 零报告.xlsx
error-strict-refused = 有 { $rejected } 行存在问题，而您要求了 --strict
hint-strict-refused = 请改正这些行；或去掉 --strict，有问题的行会一并发送并由市局退回。
error-cannot-seal = 无法封装
hint-cannot-seal = 请按括号中的原因改正，重新封装；没有写出任何文件。
error-cannot-check = 无法读取名单 { $path }
hint-cannot-check = 请用 Excel 打开它，另存为 .xlsx，再检查一次。
error-cannot-write-spool = 无法暂存转换后的名单（{ $path }）
hint-cannot-write-spool = 请确认系统临时文件夹可写、空间足够，然后重试。
error-too-many-files = 文件数量超过数据包允许的上限
hint-too-many-files = 请分几个数据包封装。

## 拒绝原因，代码见 spec/package-v1.md

refusal-incomplete = 不完整：还在传输中，或被截断
hint-incomplete = 请等待复制完成，或重新获取。
refusal-not-a-package = 不是数据包
hint-not-a-package = 请选择以 .xpkg 结尾的文件；名单用 posthorse check，回执用 posthorse receipt。
refusal-framing = 已损坏：外层有字节与应有的不符
hint-framing = 请向发送单位重新索取文件。
refusal-too-large = 超过允许的大小
hint-too-large = 请确认没有选错文件；名单太大时，请分几份封装。
refusal-json-syntax = 其中的文件不是 JSON
hint-json-syntax = 请确认没有选错文件；如无误，请向出具单位重新索取。
refusal-json-duplicate-key = 其中的文件有重复的键
hint-json-duplicate-key = 请确认没有选错文件；如无误，请向出具单位重新索取。
refusal-json-number = 其中的文件含有非整数
hint-json-number = 请确认没有选错文件；如无误，请向出具单位重新索取。
refusal-json-depth = 其中的文件嵌套过深
hint-json-depth = 请确认没有选错文件；如无误，请向出具单位重新索取。
refusal-json-not-canonical = 其中的文件不是规定的唯一写法
hint-json-not-canonical = 请确认没有选错文件；如无误，请向出具单位重新索取。
refusal-unknown-version = 由更新版本的格式生成
hint-unknown-version = 请升级本程序。
refusal-unknown-suite = 使用了本程序不认识的密码套件
hint-unknown-suite = 请升级本程序。
refusal-unknown-critical-extension = 要求本程序不认识的扩展
hint-unknown-critical-extension = 请升级本程序。
refusal-field = 有字段缺失、多余或不合规定
hint-field = 请确认没有选错文件；如无误，请向出具单位重新索取。
refusal-wrong-document-type = 文件类型不符
hint-wrong-document-type = 请确认没有选错文件：名录是 registry.json，联系表是 contact-form.json，回执以 .receipt.json 结尾。
refusal-weak-key = 密钥不合格，不能证明任何事
hint-weak-key = 请勿采信；请该单位重新生成密钥并登记。
refusal-signature-missing = 没有所称密钥的签名
hint-signature-missing = 请勿采信。请用其他途径联系发送单位，重新索取。
refusal-signature-invalid = 签名无效：文件被改动，或由他人签名
hint-signature-invalid = 请勿采信。请用其他途径联系发送单位，重新索取。
refusal-signer-unknown = 签名密钥不在名录中：来自陌生人
hint-signer-unknown = 如发送单位属实，请确认您的名录是最新的。
refusal-signer-not-sender = 签名单位与所称发送单位不符
hint-signer-not-sender = 请勿采信。请用其他途径联系发送单位，重新索取。
refusal-too-few-signatures = 签名数量不足
hint-too-few-signatures = 数据包：请发送单位的另一人用 posthorse countersign 会签。名录：请下一位根密钥持有人用 posthorse registry sign 签署。
refusal-key-not-yet-valid = 签名时密钥尚未生效
hint-key-not-yet-valid = 请检查发送单位的时钟；如密钥刚登记，请发送单位重新封装。
refusal-key-expired = 签名密钥已过期
hint-key-expired = 请发送单位联系名录管理单位更换密钥。
refusal-key-revoked = 签名密钥已停用
hint-key-revoked = 请发送单位联系名录管理单位登记新密钥。
refusal-not-allowed = 名录不允许该单位发送此类文件
hint-not-allowed = 请市局运行 posthorse registry rights --may-send 增加此业务类型并签署，再信任新的名录；posthorse registry show 可查看现有权限。
refusal-recipient-unknown = 所封装的收件密钥不是该单位的现用密钥
hint-recipient-unknown = 请确认您的名录是最新的；如无误，请发送单位信任最新名录后重新封装。
refusal-from-the-future = 封装时间晚于现在
hint-from-the-future = 请检查本机或发送单位的时钟。
refusal-stale = 已超过可接收的期限
hint-stale = 如需按过去某一时刻判断，请使用 --as-of。
refusal-registry-expired = 名录已过期
hint-registry-expired = 请取得最新名录。如需按过去某一时刻判断，请使用 --as-of。
error-rules-missing = 缺少这份名录的规则文件 { $file }：{ $path }
hint-rules-missing = 请把名录来源处 registry.json 旁的 rules 文件夹一并复制过来。
error-rules-unknown-file = 这不是规则文件
hint-rules-unknown-file = 用 posthorse registry rules show 查看有哪些。规则文件由其中的 format 识别，名单格式由 posthorse:id 识别。
error-rules-file-twice = 同一规则文件给出了两次
hint-rules-file-twice = 请只给出一次。
error-rules-version = 规则文件中的版本与所列版本不一致
hint-rules-version = 请用 posthorse registry rules add 重新放入。
error-rules-unsound = 规则文件无法使用
hint-rules-unsound = 请在所指位置改正。如在别处可用，则本程序版本太旧，请更新。
error-rules-disagree = 规则文件之间相互矛盾
hint-rules-disagree = 请把相关的文件在同一条命令中一起放入（须一致之处见 casework-v1.md 第 9 节）。
error-rules-not-named = 草稿中没有 { $file }
hint-rules-not-named = 用 posthorse registry rules show --registry FILE 查看草稿中有哪些。
error-no-rule-file = 没有规则文件 { $file }
hint-no-rule-file = 用 posthorse registry rules show 查看有哪些。
refusal-rules-version-went-back = 某个规则文件会退回旧版，或内容变了而版本没有提高
hint-rules-version-went-back = 请把该文件的 version 改得比现行版本大，再重新发布。
refusal-rules-digest = 规则文件与名录所列的不一致
hint-rules-digest = 请从名录的来源处（registry.json 旁的 rules 文件夹）重新复制。
refusal-registry-rollback = 这份名录不是此前信任名录的下一版
hint-registry-rollback = 如果它更旧，无需理会。如果它更新，您缺少中间的版本：请把各版（registry.v2.json 等）与它放在同一文件夹，再信任一次；没有时请向市局索取。
refusal-payload-digest = 加密内容与签名时不同
hint-payload-digest = 请向发送单位重新索取文件。
refusal-age-header = 加密内容的头部不合规定
hint-age-header = 请向发送单位重新索取文件。
refusal-padding = 长度不符合填充规则
hint-padding = 请向发送单位重新索取文件。
refusal-not-a-recipient = 这些密钥不能打开：收件单位是其他单位
hint-not-a-recipient = 请用收件单位自己的 keys/identity.txt 或 identity.age；posthorse inspect 可查看发给谁。
refusal-payload-damaged = 无法解密：已损坏或制作有误
hint-payload-damaged = 请向发送单位重新索取文件。
refusal-compression = 压缩内容有误
hint-compression = 请向发送单位重新索取文件。
refusal-tar = 内部归档有误
hint-tar = 请向发送单位重新索取文件。
refusal-entry-name = 内部文件名不被允许
hint-entry-name = 请向发送单位重新索取文件。
refusal-entry-mismatch = 内部文件与清单不符
hint-entry-mismatch = 请向发送单位重新索取文件。
refusal-contents-digest = 内容与签名时不同
hint-contents-digest = 请向发送单位重新索取文件。
refusal-exchange-mismatch = 内容属于另一个数据包
hint-exchange-mismatch = 请向发送单位重新索取文件。

## 询问

prompt-passphrase = {"请输入 "}{ $path }{" 的口令："}
prompt-new-passphrase = 请设置口令：
prompt-repeat-passphrase = 请再输入一次：
registry-confirm-party =
    { $name } 的指纹：

        { $fingerprint }

    是否与该单位在电话中读出的完全一致？请输入“是”：
registry-confirm-root =
    { $name } 的根密钥指纹：

        { $fingerprint }

    是否与市局在电话中读出的完全一致？请输入“是”：

## 进度

bar-seal = 正在封装
bar-open = 正在打开
bar-verify = 正在验签
bar-countersign = 正在会签

## init

init-done = { $party } 的密钥已生成。
init-contact-form = 请把这份公开的联系表交给名录管理单位：{ $path }
init-sealed-form = 其中有姓名和电话，请发送加密后的 { $path }
init-fingerprint = 对方来电时，请读出以下指纹：
init-secrets = { $path } 中的机密文件不得离开本机。请另备一份锁好。

## registry

registry-draft = 第 { $version } 版草稿：{ $path }（签名之前不生效）
rules-shown = { $count ->
    [0] 全部为程序自带。
   *[other] 其中 { $count } 个由名录启用，其余为程序自带。
}
column-rule-file = 规则文件
column-rule-version = 版本
column-rule-origin = 来源
rule-origin-registry = 名录
rule-origin-built-in = 程序自带
registry-waiting = 已签名，但尚未生效：{ $missing }。请把 { $path } 交给下一位根密钥持有人。
registry-published = 第 { $version } 版已生效：{ $path }，有效期至 { $expires }
registry-good = { $path } 有效：第 { $version } 版，有效期至 { $expires }，根指纹 { $fingerprint }
registry-trusted = 今后信任第 { $version } 版，有效期至 { $expires }（{ $path }）
registry-title = 名录第 { $version } 版（{ $state }），有效期至 { $expires }
    根指纹 { $fingerprint }
registry-state-draft = 草稿，未签名
registry-state-signed = 已签名
registry-state-unsigned = 签名数量不足
column-party = 单位代码
column-name = 名称
column-role = 角色
column-may-send = 可发送
column-reports = 须报送
column-keys = 密钥
role-department = 部门
role-bureau = 市局
role-county = 县区
role-auditor = 审计
key-revoked-since = { $person }：自 { $at } 起停用（{ $reason }）
registry-further-key = 已为 { $party } 增加一个密钥，持有人 { $person }。该单位可发送的业务类型不变。
kind-of-two-signatures = { $kind }（须两人签名）
owed-list = { $list }（{ $cadence }）
cadence-at-once = 随时
registry-no-contact = { $party } 未填联系人和办公电话：在报送联系人名单（posthorse template contact_form）之前，看板将其列入“未报送联系人”。

## check、seal

check-clean = { $path }（{ $encoding }）：共 { $accepted } 行，没有问题
check-empty = { $path }（{ $encoding }）：只有表头，没有一行内容；本月没有人员时，请报零报告（posthorse template nil_report -o 零报告.xlsx）
check-found = { $path }（{ $encoding }）：可接收 { $accepted } 行，有问题 { $rejected } 行
check-warned = { $path }（{ $encoding }）：共 { $accepted } 行，可以接收，请核对以上提示
check-recognised = { $path }：按列名认出是“{ $list }”（--kind { $kind } --list { $id }）
check-more = ……另有 { $count } 处问题
check-annotated = 已用红色标出问题的名单：{ $path }
check-nothing-to-annotate = 名单无法读取或认不出，没有写标注副本。
check-too-long-to-annotate = 名单超过一张工作表的 1048576 行，没有写标注副本；请拆分后再标注。
kind-with-code = { $title }（{ $kind }）
template-how = 领一张空白模板：posthorse template 业务类型 --list 名单 -o 模板.xlsx
template-written = “{ $list }”的空白模板：{ $path }
problem-line = {"  "}{ $code } { $text }
problem-remedy = {"      "}→ { $remedy }
seal-rows-travel = 有问题的 { $rejected } 行也一并发送，将由市局退回。
seal-supersedes-unrecorded = 主文件夹中没有 --supersedes 所指数据包的封装记录；如填写有误，原数据包不会被替换。
seal-supersedes-other = --supersedes 所指的是序号 { $number }，业务类型或月份与本次不同；该数据包如已被接收，本次会被退回。
seal-without-precheck = 兑付名单未注明比对结果，市局将予标记。请先报送“兑付前比对申请”，再用 --in-reply-to 填入收到的“兑付前比对结果”。
seal-not-a-precheck = { $path } 是“{ $kind }”，不是“兑付前比对结果”，市局将予标记。
seal-done = 已封装给 { $to }：{ $path }（序号 { $sequence }）
seal-identity = 数据包 { $package }，清单摘要 { $digest }
seal-drop = 投递：将 { $path } 放入共享文件夹的 inbox（已在其中的不必再放）；之后用 posthorse status --home { $home } --drop 共享文件夹 查看回执。
seal-needs-countersignature = 尚未完成：“{ $kind }”须由 { $party } 的另一人会签。请该人运行：posthorse countersign --home 其主文件夹 { $path }
    会签之后再放入共享文件夹。
countersign-done = 已由 { $persons } 签名：{ $path }
countersign-drop = 会签已完成。投递：将 { $path } 放入共享文件夹的 inbox（已在其中的不必再放）；之后由封装人用 posthorse status 查看回执。
man-done = 已写入 { $count } 页手册，位于 { $path }
man-name = 名称
man-synopsis = 用法
man-description = 说明
man-options = 选项
man-commands = 命令
man-examples = 示例
man-version = 版本

## compare

compare-policy = “{ $policy }”应兑付：{ $basis }
compare-stale = 在册名单截止 { $day }，已超过 31 天，请使用新名单
compare-total = 合计
compare-rows-other-policy = 其他政策：{ $count } 行
compare-rows-not-paid-out = 未发放成功：{ $count } 行
compare-rows-not-on-roster = 不在册：{ $count } 行
compare-rows-name-differs = 姓名不符：{ $count } 行
compare-rows-presumed-dead = 疑似死亡：{ $count } 行
compare-rows-paid = 应兑付且已兑付：{ $count } 行
compare-rows-cleared = 已消除：{ $count } 行
compare-rows-not-eligible = 在册但不符合条件：{ $count } 行
compare-not-kept = 另有 { $count } 行需核查，未逐行列出
compare-rejected = 有 { $count } 行因有问题未参与比对，结果不完整
compare-written = 比对结果：{ $path }（填写“未兑付”表的原因和说明后即可封装）
column-compare-county = 县区
column-compare-eligible = 应兑付
column-compare-paid = 已兑付
column-compare-unpaid = 未兑付
column-compare-share = 兑付率
measures-policy = “{ $policy }”措施比对（未消除风险的监测户）
measures-both = 名单有、系统已登记：{ $count } 户
measures-not-recorded = 名单有、系统未登记：{ $count } 户
measures-not-given = 系统已登记、名单未见：{ $count } 户
measures-neither = 两处均无：{ $count } 户
measures-written = 措施比对结果：{ $path }

## inspect、verify、open、receipt

inspect-untrusted = 以下内容均未经证实，任何人都能这样写。用 posthorse verify 验证。
column-fact = 项目
column-claimed = 所称内容
column-value = 内容
fact-package = 数据包
fact-kind = 业务类型
fact-sender = 发送单位
fact-recipients = 收件单位
fact-period = 报送月份
fact-sealed-at = 封装时间
fact-not-after = 接收期限
fact-sequence = 序号
fact-in-reply-to = 答复
fact-supersedes = 更正
fact-payload = 加密字节数
fact-manifest = 清单摘要
fact-signers = 签名密钥
fact-issuer = 出具单位
fact-received-at = 接收时间
fact-issued-at = 出具时间
fact-disposition = 处理结果
fact-reason = 原因
verify-package = { $path }：{ $sender } 的“{ $kind }”，{ $persons } 签名，封装于 { $sealed }
verify-receipt = { $path }：{ $issuer } 的回执（{ $code }），对应 { $package }，出具于 { $issued }
verify-bad = { $path }：{ $what }（{ $code }）
verify-nothing = 没有可验证的文件。
verify-sum = { $good } 份有效，{ $refused } 份无效，略过其他文件 { $passed } 个
open-done = 已打开{ $sender }的“{ $kind }”，放在 { $path }
open-file = {"  "}{ $path }（{ $title }）
open-precheck = 兑付后请注明本结果：posthorse seal --kind payout_list --in-reply-to { $path } …
fact-timeliness = 是否按时
timeliness-early = 提前 { $days } 天
timeliness-in-time = 按时
timeliness-late = 逾期报送 { $days } 天，已接收并登记
timeliness-at-once = 即时
receipt-untrusted = 以下内容尚未证实，用 posthorse receipt verify 验证。
disposition-accepted = 已接收
disposition-accepted-in-part = 部分接收
disposition-rejected = 已退回
disposition-other = 其他
reason-accepted = 全部行已接收
reason-rows-returned = 合格行已接收，其余行封装退回
reason-no-acceptable-row = 每一行都有问题，已全部退回
reason-list-unreadable = 其中的名单无法读取，或缺少规定的列
reason-kind-not-handled = 市局不处理此业务类型
reason-not-addressed = 收件单位不包括市局
reason-own-key = 使用了市局守护程序的密钥封装；市局人员手工封装须另建自己的密钥（registry add --signing-only）
reason-superseded = 该数据包已被同一单位后来的数据包替换
reason-supersedes-other = 要替换的数据包属于另一业务类型或另一月份
reason-supersedes-gone = 要替换的数据包此前已被替换或已全部撤回
reason-supersedes-in-part = 有的行不合格，不能替换整个数据包；不合格的行已退回，原数据包仍然有效
reason-supersedes-closed = 原数据包中已办结的答复不在其中，不能替换；原数据包仍然有效
reason-sequence-fork = 该单位有两个数据包占用同一序号
reason-sequence-rollback = 序号早于已接收的数据包
reason-package-id-reused = 此前已答复过编号相同的另一个数据包
reason-kind-sender = 该类单位不报送此类名单
reason-kind-recipient = 收件单位中有不应接收此类名单的单位
reason-kind-recipient-missing = 收件单位缺少应同时接收的单位
reason-kind-no-recipient = 没有填写收件单位
reason-several-counties = 收件单位不止一个县区：请一个县区封装一个包
reason-not-whole = 同时报送县区的数据包须全部合格才能接收；有问题的行已退回

## status

error-no-such-folder = 找不到文件夹 { $path }
hint-no-such-folder = 请检查共享文件夹是否已连接。--drop 指定共享文件夹，或发件箱的副本。
column-number = 序号
column-package = 编号
column-list = 名单
column-period = 报送月份
column-standing = 处理情况
standing-unknown = 封装已 { $days } 天 { $hours } 小时；请加 --drop 查找回执
standing-waiting = 已 { $days } 天 { $hours } 小时没有回执
standing-in-inbox = 仍在收件箱，已 { $days } 天 { $hours } 小时
standing-overdue = 没有回执，且已于 { $since } 逾期
standing-accepted = 已接收
standing-accepted-in-part = 部分接收，有退回的行
standing-rejected = 已退回
standing-lacks-signatures = 未接收，还须另一人会签
standing-replaced = 已更正
standing-amended-supersedes = 已被序号 { $number } 替换
standing-amended-correction = 序号 { $number } 已更正其中内容
standing-amended-withdrawal = 序号 { $number } 已撤回其中内容
status-rejected-supersedes-other-hint = 请看要替换的是不是这个数据包；更正内容用 --kind correction，撤回用 --kind withdrawal
status-rejected-supersedes-gone-hint = 请对最后一次报送的数据包作替换，或不加 --supersedes 重新封装
status-rejected-superseded-hint = 无需再报：后来的数据包已经代替它
status-nothing-sent = 这个主文件夹还没有封装过数据包。
status-drop-into = 没有回执的，请确认已放入 { $inbox }。
status-drop-anywhere = 没有回执的，请确认已放入共享文件夹的 inbox。
status-rows-came-back = 序号 { $number } 有退回的行：{ $path }
status-incoming = 发给您的，尚未打开：{ $sender }的“{ $kind }”，封装于 { $sealed }：{ $path }
status-incoming-hint = posthorse open --home { $home } { $path } -o 新文件夹
status-incoming-opened = 已打开、尚未答复：{ $sender }的“{ $kind }”，打开于 { $opened }：{ $path }
status-sent-again = 序号 { $number } 重复报送（E204）：编号 { $package } 已于 { $received } 接收，再次投递的不会重复入库，无需再报。
status-notice = { $place }：{ $what }
status-rejected = 序号 { $number } 被退回：{ $what }（{ $reason }）
status-rejected-hint = 请按原因改正，重新封装时加上 --supersedes { $digest }
status-rejected-kind-not-handled-hint = 再次报送也不会被接收。请向市局询问此类名单如何报送。
status-lacks-signatures = 序号 { $number } 未被接收：{ $what }（{ $reason }）
status-lacks-signatures-hint = 请本单位另一人用 posthorse countersign 会签该数据包，再重新投递
status-overdue = 序号 { $number } 没有回执，{ $since } 之后不再接收
status-overdue-hint = 请向市局查问是否收到；如未收到，请重新封装并加上 --supersedes { $digest }
status-receipt-refused = 这份回执无效：{ $what }（{ $reason }）
status-receipt-refused-hint = 请先信任最新名录再查看；如仍如此，请向市局重新索取回执。
status-package-refused = 这个发给您的数据包无效：{ $what }（{ $reason }）
status-package-refused-hint = 请勿打开。如复制结束后仍如此，请告知共享文件夹的管理人员。
status-receipt-for-other-bytes = 这份回执写明数据包 { $package }，但答复的不是本单位封装的内容
status-receipt-for-other-bytes-hint = 请向市局查明收到了什么：数据包可能被替换过。
status-damaged-line = 第 { $line } 行已损坏，无法查找它所对应的数据包
status-damaged-line-hint = 请从主文件夹的备份恢复这一行；如其回执已到，可删除该行。
status-unrecorded = 序号 { $from } 至 { $to } 已使用，但没有记录
status-unrecorded-hint = 这些数据包是在开始记录之前封装的，或在得名之前因断电中止。请人工查找其回执。

## audit

error-audit-no-registry = 这些文件中没有可据以判断的名录
hint-audit-no-registry = 请加上文件夹 drop/registry，或用 --registry 指定文件。
error-root-fingerprint-differs = 根密钥的指纹不同：{ $computed }
hint-root-fingerprint-differs = 这份名录不是对方读出指纹的那一份。请向名录管理单位取得名录，再核对一次。
audit-registry = 名录第 { $from } 至 { $to } 版，有效期至 { $expires }
    根指纹 { $fingerprint }
audit-root-not-compared = 尚未核对根指纹：请向名录管理单位听取，再用 --root-fingerprint 填入。
column-sender = 发送单位
column-person = 签名人
column-key = 密钥
column-packages = 数据包
column-numbers = 序号
column-unanswered = 无回执
audit-finding = { $place }：{ $what }（{ $code }）
audit-unreadable = { $path }：无法读取，未作判断（{ $why }）
audit-looked-at = 已查：数据包 { $packages } 个，回执 { $receipts } 份；其中重复副本 { $copies } 个，仍在收件箱等待 { $waiting } 个
audit-not-looked-at = 未查：隔离区 { $quarantined } 个，隐藏文件 { $hidden } 个，链接 { $links } 个，草稿 { $drafts } 个，其他文件 { $other } 个，无法读取 { $unreadable } 个
audit-clean = 没有发现问题。
audit-sum = 发现问题 { $count } 处
finding-package-refused = 按 { $as_of } 判断，这个数据包无效：{ $what }（{ $refusal }）
finding-package-refused-hint = 请向市局查明文件来源。它不能证明是所称单位发送的。
finding-answered-but-refused = 已有回执答复这个数据包，但按 { $as_of } 判断无效：{ $what }（{ $refusal }）
finding-answered-but-refused-hint = 请与发送单位的副本比对。如其副本有效，则存档在出具回执之后受损。
finding-receipt-refused = 这份回执无效：{ $what }（{ $refusal }）
finding-receipt-refused-hint = 请向市局重新索取回执，内容应完全相同。
finding-package-without-receipt = 没有回执答复这个数据包
finding-package-without-receipt-hint = 请把发件箱也列入审计。如已列入，请向市局查问该数据包的处理结果。
finding-receipt-without-package = 缺少这份回执所答复的数据包：{ $sender } 的 { $package }
finding-receipt-without-package-hint = 请把存档也列入审计。如已列入，请向发送单位索取副本。
finding-receipt-for-other-bytes = 这份回执写明数据包 { $package }，但答复的是另外的内容
finding-receipt-for-other-bytes-hint = 请向发送单位和市局分别索取副本：其中之一被替换过。
finding-receipt-twice = 另一份回执 { $other } 也答复了数据包 { $package }
finding-receipt-twice-hint = 只能有一份。请向市局查明台账中是哪一份。
finding-receipt-by-another-bureau = { $issuer } 回执了不是发给它的数据包 { $package }
finding-receipt-by-another-bureau-hint = 向数据包的收件单位索取它自己的回执。
finding-returned-missing = 这份回执所指的退回数据包不在其中
finding-returned-missing-hint = 把 archive/sent 加入审计范围；若已在其中，向报送单位索取其副本。
finding-sequence-gap = 缺少 { $sender } 的序号 { $from } 至 { $to }
finding-sequence-gap-hint = 请向发送单位索取这些序号的数据包，或问明为何没有发送。
finding-sequence-fork = 同一密钥还为序号 { $number } 签过另一个数据包：{ $other }
finding-sequence-fork-hint = 该密钥可能在两处使用，或已落入他人之手。请询问发送单位；如不能说明，应停用该密钥。
finding-sequence-rollback = 序号 { $number } 在更大的序号之后才被接收：{ $other }
finding-sequence-rollback-hint = 请向市局查明守护程序为何接收。
finding-previous-differs = 序号 { $number } 没有指向它之前的数据包 { $other }
finding-previous-differs-hint = 请向发送单位查明：是数据包被替换，还是 sequence.json 从旧备份恢复过。
finding-package-id-reused = 编号 { $package } 还对应另一个数据包：{ $other }
finding-package-id-reused-hint = 请向发送单位查明它发送的是哪一个。
finding-key-revoked-since = 签名密钥后来被停用，自 { $since } 起（{ $key }）
finding-key-revoked-since-hint = 请向发送单位查明是否确由其发送：密钥当时可能在他人手中。
finding-registry-refused = 这份名录无效：{ $what }（{ $refusal }）
finding-registry-refused-hint = 没有据以判断。请向名录管理单位查明来源。
finding-registry-fork = 这是另一份第 { $version } 版名录，与据以判断的不同
finding-registry-fork-hint = 没有据以判断。请向名录管理单位查明哪一份属实，并核对根指纹。
finding-registry-not-linked = 第 { $version } 版名录与据以判断的名录不相衔接
finding-registry-not-linked-hint = 没有据以判断。请补上中间各版；drop/registry 中都有保存。
finding-registry-expired = 最新一版名录已于 { $since } 过期
finding-registry-expired-hint = 请加上最新一版。如没有，须由名录管理单位签署新版。
finding-nothing-found = 既没有数据包，也没有回执
finding-nothing-found-hint = 请指明共享文件夹的副本和存档。

## daemon

daemon-once = 本轮处理完毕。
daemon-stopped = 已按要求停止。
quarantine-empty = 隔离区没有记录。
quarantine-line = { $at }  { $name }：{ $reason }（{ $code }）
quarantine-lies = { "  " }存放于 { $path }
quarantine-gone = { "  " }已不在隔离区（{ $claim }）
quarantine-plaintext-list = 未经封装的名单，以明文放入收件箱：请立即告知报送单位，并查明谁能读到
quarantine-directory = 是文件夹，不是数据包
quarantine-symbolic-link = 是链接，不是数据包
quarantine-special-file = 是设备或管道，不是数据包
quarantine-too-large = 超过设置所允许的大小
quarantine-poison = 多次处理都使程序中断，不再尝试
unrouted-none = 所有人员都有所属县区。
unrouted-sum = 以下 { $count } 人不属于任何县区：

## demo

demo-step = ● { $what }
demo-done = 全部结果符合预期。加上 --dir DIR 可保留全部文件。
demo-done-kept = 全部结果符合预期。全部文件保留在 { $path }
demo-differs = 演示的结果与预期不符，见上。
demo-difference = { $what }：应为 { $expected }，实为 { $found }
demo-compared = 共核对 { $all } 项结果，{ $held } 项符合预期
demo-list = 名单
demo-accepted = 接收行数
demo-returned = 退回行数
demo-county = 县区
demo-people = 收到人数
demo-unrouted = 没有所属县区、留待市局处理的行：{ $rows }
demo-attack = 攻击
demo-ending = 结果
demo-code = 代码
demo-attack-flipped-byte = 改动一个字节
demo-attack-replay = 重放
demo-attack-stranger = 陌生人的数据包
demo-ending-quarantined = 拒绝，已隔离
demo-ending-replayed = 不再处理，原回执重发
demo-ending-decided = 已受理
demo-verification = 不用密钥核验：数据包 { $packages } 个，回执 { $receipts } 张，发现问题 { $findings } 个
demo-offices = 市局、10 个部门、10 个县区和审计机关各自生成密钥，登记册完成签名
demo-january = 2026 年 1 月：名单入库，首个报送窗口，一个部门提前，一个零报告，两个逾期
demo-february = 2 月：一个县区超过 15 日未反馈，被催办；期限跨春节；部门兑付前比对、兑付
demo-march = 3 月：申请农户比对，异常数据，撤回一行，问题整改落实，重新核实
demo-attacks = 三种攻击：篡改一个字节、重放、陌生人冒名
demo-verified = 不用任何密钥，核验全部数据包和回执
demo-closed = 本季看板和通报，每条线索的去向
demo-diary = { "  " }{ $day }  { $what }
demo-diary-roster = 市局放入名单，{ $people } 人
demo-diary-warned = { $office }报送{ $list }（{ $month }），{ $rows } 行
demo-diary-nil = { $office }零报告（{ $month }）
demo-diary-deferred = { $office }说明延期，拟于 { $day } 报送
demo-diary-dispatched = 市局交办 { $packages } 包：入户核实 { $people } 人，新发现问题 { $gaps } 件
demo-diary-fed-back = 市局向来源部门反馈结论 { $cases } 条
demo-diary-urged = 市局催办：{ $offices }
demo-diary-answered = { $offices } 个单位反馈{ $kind }，{ $rows } 行
demo-diary-precheck = { $office }兑付前比对，{ $people } 人
demo-diary-paid = { $office }按比对结果兑付，两人会签，{ $people } 人
demo-diary-unasked = { $office }未经比对兑付，{ $people } 人
demo-diary-unpaid = { $office }自行比对，报送未兑付名单，{ $people } 人
demo-diary-applied = { $office }报送申请农户，{ $people } 人
demo-diary-anomaly = { $office }发现异常数据，同时报市局和{ $county }
demo-diary-withdrawn = { $office }撤回名单中的一行
demo-diary-corrected = { $office }更正一个联系电话
demo-procedure = 事项
demo-open = 办理中
demo-closed-count = 已销号
demo-withdrawn = 已撤回
demo-procedure-warning = 预警核实
demo-procedure-recheck = 核实调研
demo-procedure-measure-gap = 应落实未落实
demo-procedure-applicant = 申请农户比对
demo-procedure-anomaly = 异常数据
demo-orphans = 无人承办的线索：{ $leads }
