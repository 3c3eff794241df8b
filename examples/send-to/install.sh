#!/bin/sh
# 为当前用户登记两个“打开方式”，不需要管理员权限。
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
applications="${XDG_DATA_HOME:-$HOME/.local/share}/applications"
mkdir -p "$applications"
for action in check seal; do
    target="$applications/posthorse-$action.desktop"
    # 位置中的反斜杠、竖线和 & 在 sed 中另有含义。
    place=$(printf '%s' "$here" | sed 's/[\\&|]/\\&/g')
    sed "s|@HERE@|$place|" "$here/posthorse-$action.desktop" > "$target"
    printf '已登记：%s\n' "$target"
done
printf '请在 %s 中填写本单位的设置。\n' "$here/office.conf"
