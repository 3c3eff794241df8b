# 由“发送到”菜单或桌面图标调用：send-to.ps1 check|seal 名单...
# 中文由 posthorse 直接写到控制台，与代码页（chcp 936 或 65001）无关。
param(
    [Parameter(Mandatory = $true)][ValidateSet('check', 'seal')][string]$Action,
    [Parameter(ValueFromRemainingArguments = $true)][string[]]$Lists
)
$ErrorActionPreference = 'Stop'

function Test-List([string]$File) {
    $Folder = Split-Path -LiteralPath $File
    $Name = [IO.Path]::GetFileNameWithoutExtension($File)
    $Copy = Join-Path $Folder ('{0} 检查结果 {1}.xlsx' -f $Name, $Stamp)
    & $Posthorse --lang zh check --home $OfficeHome --kind $Kind --list $List --annotate $Copy $File
    $script:Good = $LASTEXITCODE -eq 0
    if (Test-Path -LiteralPath $Copy) { Invoke-Item -LiteralPath $Copy }
}

function Send-List([string]$File) {
    $Sent = Join-Path $OfficeHome 'sent'
    New-Item -ItemType Directory -Force -Path $Sent | Out-Null
    $Name = '{0}-{1}.xpkg' -f $Stamp, [Guid]::NewGuid().ToString('N').Substring(0, 8)
    $Package = Join-Path $Sent $Name
    & $Posthorse --lang zh seal --home $OfficeHome --kind $Kind --list $List --to $To --period $Period $File -o $Package
    $script:Good = $LASTEXITCODE -eq 0
    if (-not $script:Good) { return }
    # 先用隐藏名称复制，完成后改名；复制中断也无妨，市局只取完整的数据包。
    $Hidden = Join-Path $Inbox ('.' + $Name + '.part')
    Copy-Item -LiteralPath $Package -Destination $Hidden
    Rename-Item -LiteralPath $Hidden -NewName $Name
    Write-Host "已投递：$(Join-Path $Inbox $Name)"
}

$Failed = 0
try {
    $Office = Import-PowerShellDataFile -LiteralPath (Join-Path $PSScriptRoot 'office.psd1')
    $Posthorse = $Office.Posthorse
    $OfficeHome = $Office.Home
    $Kind = $Office.Kind
    $List = $Office.List
    $To = $Office.To
    $Inbox = Join-Path $Office.Drop 'inbox'
    $Period = Get-Date -Format 'yyyy-MM'
    $Stamp = Get-Date -Format 'yyyyMMdd-HHmmss'
    if (-not $Lists) { Write-Host '请把名单拖到图标上，或在名单上点右键选“发送到”。' }
    foreach ($File in $Lists) {
        Write-Host ''
        Write-Host "== $File"
        # 函数的结果放在变量里，不取返回值：程序的输出不经转手，才能以 Unicode 直接显示。
        $Good = $false
        if ($Action -eq 'check') { Test-List $File } else { Send-List $File }
        if (-not $Good) { $Failed += 1 }
    }
} catch {
    Write-Host "出错：$($_.Exception.Message)"
    $Failed += 1
}
Write-Host ''
if ($Failed -gt 0) { Write-Host "有 $Failed 份没有通过，请按上面的提示改正。" }
Read-Host '按回车键关闭'
exit $Failed
