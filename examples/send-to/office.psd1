# 本单位的设置。改好后直接生效，不必重新安装。
@{
    # 程序的位置。
    Posthorse = 'C:\posthorse\posthorse.exe'
    # posthorse init 建立的主文件夹。
    Home      = 'C:\posthorse\yibao'
    # 业务类型和名单类型。
    Kind      = 'warning_list'
    List      = '医保-个人自付较大'
    # 收件单位。
    To        = 'bureau'
    # 共享投递文件夹。
    Drop      = '\\fileserver\exchange\drop'
}
