#!/usr/bin/env bash
# Fills corpus/ from the vectors: each target gets the documents, or the parts of them, that it reads.
# Needs unzip, age and zstd; parts that do not come out of a broken vector are left out.
set -u
cd "$(dirname "$0")"
vectors=../../../tests/vectors
export LC_ALL=C
mkdir -p corpus/{container,manifest,signatures,tar,descriptor,registry,age_header,zstd_stream,receipt}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

keep() { if [ -s "$work/part" ]; then cp "$work/part" "corpus/$1/$2"; fi; }

for vector in "$vectors"/package/*; do
  name=$(basename "$vector")
  sed '1,/^$/d' "$vector" > "$work/part"
  keep container "$name"
  cp "$work/part" "$work/package.zip"
  for target in manifest signatures; do
    unzip -qqp "$work/package.zip" "$target.json" > "$work/part" 2> /dev/null
    keep "$target" "$name"
  done
  unzip -qqp "$work/package.zip" payload.age > "$work/payload" 2> /dev/null
  head -c 600 "$work/payload" > "$work/part"
  keep age_header "$name"
  age -d -i "$vectors/bureau.txt" < "$work/payload" > "$work/part" 2> /dev/null
  keep zstd_stream "$name"
  cp "$work/part" "$work/plain"
  zstd -dcq "$work/plain" > "$work/part" 2> /dev/null
  if [ "$(wc -c < "$work/part")" -lt 65536 ]; then
    keep tar "$name"
    cp "$work/part" "$work/archive"
    tar -xOf "$work/archive" datapackage.json > "$work/part" 2> /dev/null
    keep descriptor "$name"
  fi
done
for vector in "$vectors"/registry/*; do
  sed '1,/^$/d' "$vector" > "corpus/registry/$(basename "$vector")"
done
for vector in "$vectors"/receipt/* "$vectors"/contact-form/*; do
  sed '1,/^$/d' "$vector" > "corpus/receipt/$(basename "$(dirname "$vector")")-$(basename "$vector")"
done
