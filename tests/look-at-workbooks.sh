#!/usr/bin/env bash
# Makes pictures of the workbooks that people see, for looking at: bash tests/look-at-workbooks.sh DIR
#
# Needs LibreOffice (soffice), poppler (pdftoppm) and a Chinese font such as Noto CJK. No test runs
# it: the tests check the parts of the same workbooks. The pictures in docs/pictures are its
# annotated.png, template.png and answer.png. All people are made up.
set -euo pipefail
pictures=$(mkdir -p "${1:?a folder for the pictures}" && cd "$1" && pwd)
cd "$(dirname "$0")/.."
cargo build --quiet -p posthorse-cli
posthorse=$(pwd)/${CARGO_TARGET_DIR:-target}/debug/posthorse
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > list.csv <<'CSV'
个人自付较大人员名单（2026年11月）,,,,,,,,,,
序号,县（区）,乡（镇）,行政村,姓名,证件号码,总费用,个人自付,统计期间,数据截止日期,联系电话
1,上蔡县,芦岗街道,东李村,张一,411799198503120017,86500.00,23000.50,2026-01至2026-10,2026-10-31,13800000001
2,上蔡县,蔡都街道,西王村,李二,411799196208230027,152300.00,41200.00,2026-01至2026-10,2026-10-31,13800000002
3,天边县,水屯镇,刘楼村,王三,411799194805060031,98000.00,2.6万,2026-01至2026-10,2026-10-31,
4,汝南县,三桥镇,赵寨村,赵四,4.11799E+17,67000.00,20100.00,2026-01至2026-10,2026-10-31,13800000004
5,汝南县,三桥镇,赵寨村,,411799199302010051,73000.00,22500.00,2026-01至2026-10,2126-10-31,13800000005
6,平舆县,古槐街道,南桥村,周六,411799195609300063,81000.00,24800.00,2026-01至2026-10,2026-10-31,13800000006
7,平舆县,古槐街道,北岗村,吴七,411799195609300063,92000.00,26400.00,2026-01至2026-10,2026-10-31,13800000007
合计,,,,7 人,,649800.00,,,,
CSV
list=(--kind warning_list --list 医保-个人自付较大)
# The list is faulty on purpose, so check answers 1.
"$posthorse" --lang zh check "${list[@]}" list.csv --annotate annotated.xlsx || [ $? = 1 ]
"$posthorse" --lang zh template warning_list --list 医保-个人自付较大 -o template.xlsx
"$posthorse" --lang zh demo --dir demo > /dev/null
cp demo/offices/411722/opened/attachments/answer.xlsx answer.xlsx
"$posthorse" --lang zh open --registry demo/drop/registry/registry.json \
  --identity demo/offices/education/keys/identity.txt demo/drop/outbox/education/*.xpkg -o returned
cp returned/attachments/*.xlsx returned.xlsx

for name in annotated template answer returned; do
  soffice --headless "-env:UserInstallation=file://$work/profile" --convert-to pdf "$name.xlsx" > /dev/null
  pdftoppm -r 90 -png "$name.pdf" "$pictures/$name-page"
done

# What the Chinese README shows: the upper part of one page each.
picture() { pdftoppm -singlefile -png -r "$3" -f "$2" -x "$4" -y "$5" -W "$6" -H "$7" "$1.pdf" "$pictures/$1"; }
picture annotated 2 100 36 36 1100 304
picture template 2 100 36 36 1100 330
picture answer 1 100 36 36 1100 230
ls -l "$pictures"
