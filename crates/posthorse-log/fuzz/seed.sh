#!/usr/bin/env bash
# Fills corpus/ with one good document for each target, from which the fuzzer goes on.
set -eu
cd "$(dirname "$0")"
mkdir -p corpus/{note,checkpoint,log_proof,witness_request,leaf,tiles}

checkpoint='example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8='
hash='PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw='

printf '%s\n' "$checkpoint" | tee corpus/note/checkpoint > corpus/checkpoint/checkpoint
printf 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k' > corpus/note/key
printf 'c2sp.org/tlog-proof@v1\nextra AQID\nindex 73894\n%s\n%s\n\n%s\n' "$hash" "$hash" "$checkpoint" > corpus/log_proof/proof
printf 'old 20852014\n%s\n%s\n\n%s\n' "$hash" "$hash" "$checkpoint" > corpus/witness_request/request
digest=blake3:0000000000000000000000000000000000000000000000000000000000000000
printf '{"format":"posthorse-log-leaf/1","what":"receipt","receipt":"%s","manifest":"%s","issued_at":"2026-11-24T08:00:03Z"}' "$digest" "$digest" > corpus/leaf/receipt
printf 'tile/0/x001/x234/067.p/17' > corpus/tiles/path
printf '\002\000\003abc\000\001d' > corpus/tiles/bundle
