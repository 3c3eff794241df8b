# 在“发送到”菜单和桌面上各放两个快捷方式，只影响当前用户，不需要管理员权限。
$ErrorActionPreference = 'Stop'

$Script = Join-Path $PSScriptRoot 'send-to.ps1'
$Office = Join-Path $PSScriptRoot 'office.psd1'
$Shell = New-Object -ComObject WScript.Shell
$Places = @([Environment]::GetFolderPath('SendTo'), [Environment]::GetFolderPath('Desktop'))
$Entries = @(
    @{ Name = '驿马 1 检查名单'; Action = 'check' },
    @{ Name = '驿马 2 封装并投递'; Action = 'seal' }
)

foreach ($Place in $Places) {
    foreach ($Entry in $Entries) {
        # 先用英文名称建立，再改名：该接口不接受本机代码页以外的文字。
        $Plain = Join-Path $Place ('posthorse-' + $Entry.Action + '.lnk')
        $Named = Join-Path $Place ($Entry.Name + '.lnk')
        $Link = $Shell.CreateShortcut($Plain)
        $Link.TargetPath = (Get-Command powershell.exe).Source
        $Link.Arguments = '-NoProfile -ExecutionPolicy Bypass -File "{0}" {1}' -f $Script, $Entry.Action
        $Link.WorkingDirectory = $PSScriptRoot
        $Link.Save()
        Move-Item -LiteralPath $Plain -Destination $Named -Force
        Write-Host "已放置：$Named"
    }
}
Write-Host "请在 $Office 中填写本单位的设置。"
