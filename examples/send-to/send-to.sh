#!/bin/sh
# 由文件管理器的“打开方式”或桌面图标调用：send-to.sh check|seal 名单...
set -u

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
. "$here/office.conf"

stamp=$(date +%Y%m%d-%H%M%S)
period=$(date +%Y-%m)
inbox="$DROP/inbox"

check_list() {
    file=$1
    name=$(basename -- "$file")
    copy="$(dirname -- "$file")/${name%.*} 检查结果 $stamp.xlsx"
    "$POSTHORSE" --lang zh check --home "$OFFICE_HOME" --kind "$KIND" --list "$LIST" --annotate "$copy" "$file"
    result=$?
    if [ -n "$SHOW" ] && [ -e "$copy" ]; then
        "$SHOW" "$copy"
    fi
    return $result
}

seal_list() {
    file=$1
    sent="$OFFICE_HOME/sent"
    mkdir -p "$sent" || return 1
    number=$((number + 1))
    name="$stamp-$$-$number.xpkg"
    package="$sent/$name"
    if [ -n "$PASSPHRASE_FILE" ]; then
        "$POSTHORSE" --lang zh seal --home "$OFFICE_HOME" --kind "$KIND" --list "$LIST" --to "$TO" --period "$period" --passphrase-file "$PASSPHRASE_FILE" "$file" -o "$package" || return
    else
        "$POSTHORSE" --lang zh seal --home "$OFFICE_HOME" --kind "$KIND" --list "$LIST" --to "$TO" --period "$period" "$file" -o "$package" || return
    fi
    # 先用隐藏名称复制，完成后改名；复制中断也无妨，市局只取完整的数据包。
    cp -- "$package" "$inbox/.$name.part" || return
    mv -- "$inbox/.$name.part" "$inbox/$name" || return
    printf '已投递：%s\n' "$inbox/$name"
}

action=${1:-}
case $action in
    check | seal) shift ;;
    *)
        echo '用法：send-to.sh check|seal 名单...' >&2
        exit 2
        ;;
esac

number=0
failed=0
for list in "$@"; do
    # 以减号开头的名称也是文件，不是参数。
    case $list in
        /*) ;;
        *) list="./$list" ;;
    esac
    printf '\n== %s\n' "$list"
    "${action}_list" "$list" || failed=$((failed + 1))
done
if [ "$failed" -gt 0 ]; then
    printf '\n有 %s 份没有通过，请按上面的提示改正。\n' "$failed"
fi
# 由桌面打开时，留住窗口让人看完。
if [ -t 0 ]; then
    printf '按回车键关闭'
    read -r _
fi
[ "$failed" -eq 0 ]
