#!/bin/sh
# A second verifier of Holdfast's evidence bags, with sha256sum, openssl (3.0 or later) and POSIX tools.
#   sh second.sh BAG-DIRECTORY TRUST.pem  (TRUST: the signer's PUBLIC KEY, authorities' root CERTIFICATEs)
# Prints the claims integrity, origin and time, each PROVED, NOT PROVED or CONTRADICTED, after the reasons.
# Exit: 0 integrity and origin are PROVED; 1 a claim is CONTRADICTED; 2 anything else.
# Not read: zips (unzip them first), and what is inside data/ but for six fields of capture.json, or of an
# inventory's inventory.json; an inventory is not held against other bags. JSON is read in the layout that
# Holdfast writes; in any other nothing is decided. No code is shared with the Python verifier.
# Nothing that a bag holds is executed, and nothing of it is printed.
set -eu
export LC_ALL=C OPENSSL_CONF=/dev/null
umask 077
[ $# -eq 2 ] && [ -d "$1" ] && [ -f "$2" ] || { echo "usage: second.sh BAG-DIRECTORY TRUST.pem" >&2; exit 2; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT && cat <"$2" >"$tmp/trust"
cd -P -- "$1"
integrity=PROVED origin=PROVED time=PROVED plain=yes stamped=no trusted=no
# CLAIM REASON. The worst verdict on a claim stays.
contradict() {
  echo "  $1: $2"
  case $1 in integrity) integrity=CONTRADICTED ;; origin) origin=CONTRADICTED ;; time) time=CONTRADICTED ;; esac
}
doubt() {
  echo "  $1: $2"
  case $1/$integrity in integrity/PROVED) integrity="NOT PROVED" ;; esac
  case $1/$origin in origin/PROVED) origin="NOT PROVED" ;; esac
  case $1/$time in time/PROVED) time="NOT PROVED" ;; esac
}
finish() {
  [ "$integrity" = PROVED ] || for claim in origin time; do doubt "$claim" "integrity is not proved"; done
  printf '%s\n' "integrity $integrity" "origin $origin" "time $time"
  case $integrity/$origin/$time in *CONTRADICTED*) exit 1 ;; PROVED/PROVED/*) exit 0 ;; *) exit 2 ;; esac
}
broken() { contradict integrity "$1"; finish; }
lines() { # FILE REGEX: one line or more, each ended, and each of this form
  code=0 && grep -Evxq -e "$2" -- "$1" || code=$? # 1: no line is of another form; 2: grep failed
  [ $code -eq 1 ] && [ -s "$1" ] && [ -z "$(tail -c 1 -- "$1" | tr '\0' x)" ]
}

# 1. Container: exactly the files that the format names, all of them regular.
[ -e bagit.txt ] || [ -e seal/statement.json ] || { doubt integrity "this is no bag"; finish; }
[ -z "$(find . ! -type f ! -type d -exec echo x \;)" ] || broken "a link, pipe or device"
[ -z "$(find . -name '*[!A-Za-z0-9._-]*' -exec echo x \;)" ] || broken "a name that the format does not allow"
find . -type f | sort >"$tmp/files" && find . -type d | sort >"$tmp/directories"
record=capture type=holdfast-statement payload='data/page.wacz data/steps.jsonl'
data='data/(capture\.json|page\.wacz|steps\.jsonl|(screenshot|viewport)\.png|wire\.pcapng|page\.(mhtml|pdf)|dom\.html|text\.txt)'
if [ ! -e data/capture.json ] && { [ -e data/inventory.json ] || [ -e data/inventory.csv ]; }; then # the other kind of bag
  record=inventory type=holdfast-inventory-statement payload=data/inventory.csv data='data/inventory\.(json|csv)'
fi
seal='seal/(statement\.json|statement\.sig|signer\.pem|timestamps/[a-z0-9][a-z0-9.-]{0,79}\.(tsq|tsr|(chain|crls)\.pem))'
tags='(bag-info|bagit|manifest-sha256)\.txt'
lines "$tmp/files" "\\./($data|$seal|$tags|tagmanifest-sha256\\.txt)" || broken "a file that the format does not name"
lines "$tmp/directories" '\.(/data|/seal|/seal/timestamps)?' || broken "a directory that the format does not name"
[ ! -d seal/timestamps ] || grep -q /timestamps/ "$tmp/files" || broken "an empty directory"
for file in bagit.txt bag-info.txt manifest-sha256.txt tagmanifest-sha256.txt "data/$record.json" $payload \
  seal/statement.json seal/statement.sig seal/signer.pem; do
  [ -f "$file" ] || broken "$file is missing"
done

# 2. Bag: both manifests have the exact form, list exactly what they must, and the hashes are right.
lines manifest-sha256.txt "[0-9a-f]{64}  $data" && lines tagmanifest-sha256.txt "[0-9a-f]{64}  $tags" || broken "a manifest's form"
sha256sum --check --strict --status manifest-sha256.txt tagmanifest-sha256.txt 2>"$tmp/out" || broken "a file is not as the manifests say"
cut -c 67- manifest-sha256.txt | sed 's,^,./,' >"$tmp/listed"
grep '^\./data/' "$tmp/files" | cmp -s - "$tmp/listed" || broken "the manifest does not list exactly what is there, in order"
cut -c 67- tagmanifest-sha256.txt >"$tmp/listed"
printf '%s\n' bag-info.txt bagit.txt manifest-sha256.txt | cmp -s - "$tmp/listed" || broken "the tag manifest's lines"
printf '%s\n' 'BagIt-Version: 1.0' 'Tag-File-Character-Encoding: UTF-8' | cmp -s - bagit.txt || broken "bagit.txt"

# 3. Statement: taken apart in its one layout, put together again, and compared byte by byte.
field() { sed -n "s/^  \"$1\": \"\\([^\"\\\\[:cntrl:]]*\\)\",\$/\\1/p" seal/statement.json | head -n 1; }
id=$(field capture_id) url=$(field url) started=$(field started) ended=$(field ended) sealed=$(field sealed)
manifest=$(sha256sum <manifest-sha256.txt | cut -c 1-64) tagmanifest=$(sha256sum <tagmanifest-sha256.txt | cut -c 1-64)
grep -E '^    "[^"\\[:cntrl:]]+": "[^"\\[:cntrl:]]+",?$' seal/statement.json 2>"$tmp/out" | sed -e 's/,$//' -e '$!s/$/,/' >"$tmp/software" || :
{
  printf '{\n  "capture_id": "%s",\n  "ended": "%s",\n  "manifest_sha256": "%s",\n' "$id" "$ended" "$(field manifest_sha256)"
  printf '  "salt": "%s",\n  "sealed": "%s",\n  "signer": "%s",\n  "software": {\n' "$(field salt)" "$sealed" "$(field signer)"
  cat "$tmp/software"
  printf '  },\n  "started": "%s",\n  "tagmanifest_sha256": "%s",\n' "$started" "$(field tagmanifest_sha256)"
  printf '  "type": "%s",\n  "url": "%s",\n  "version": 1\n}\n' "$type" "$url"
} | cmp -s - seal/statement.json && iconv -f UTF-8 -t UTF-8 seal/statement.json >"$tmp/out" 2>&1 &&
  [ -z "$(sed 's/": .*//' "$tmp/software" | sort | uniq -d)" ] || { plain=no && doubt integrity "the statement is not in the plain layout"; }
moment='[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z'
printf '%s\n' "$id $started $ended $sealed $(field salt)" |
  grep -Eqx "[0-9]{8}T[0-9]{6}Z-[0-9a-f]{16} $moment $moment $moment [0-9a-f]{64}" || doubt integrity "the statement's fields"
[ "$(field manifest_sha256) $(field tagmanifest_sha256)" = "$manifest $tagmanifest" ] || contradict integrity "other manifests were signed"
printf '%s\n' "$started" "$ended" "$sealed" | sort -c 2>"$tmp/out" || contradict integrity "the times are not in order"
[ "$id" = "$(basename -- "$PWD")" ] || contradict integrity "the directory is not named as the statement says"
[ "${id%%-*}" = "$(printf %s "${started%.*}Z" | tr -d ':-')" ] || contradict integrity "the capture ID's time is not its start"
software=$(sed -n 's/^    "holdfast": "\([!-~]*\)",\{0,1\}$/\1/p' "$tmp/software")
printf '%s\n' "Bag-Software-Agent: holdfast $software" "Bagging-Date: ${sealed%%T*}" "External-Identifier: $id" \
  "Payload-Oxum: $(cat data/* | wc -c | tr -d ' ').$(wc -l <manifest-sha256.txt | tr -d ' ')" 'Holdfast-Format: 1' >"$tmp/info"
cmp -s "$tmp/info" bag-info.txt || contradict integrity "bag-info.txt is not as the statement says"
for line in "\"type\": \"holdfast-$record\"" '"version": 1' "\"capture_id\": \"$id\"" "\"url\": \"$url\"" "\"started\": \"$started\"" "\"ended\": \"$ended\""; do
  grep -Fxq -- "  $line," "data/$record.json" || doubt integrity "$record.json does not say the same in the plain layout"
done

# 4. Signature: the key in its one form and not weak, the signature in range, the key the one that is named and trusted.
weak() { # HEX of a point whose y is p - 1 or more (not canonical, or of order 2), 0 or 1, or of order 8
  printf '%s\n' "$1" | grep -Eqx -e '(e[c-f]|f[0-9a-f])(ff){30}[7f]f' -e '0[01](00){30}[08]0' \
    -e '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc[08]5' \
    -e 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03[7f]a'
}
hex() { od -An -v -tx1 | tr -d ' \n'; }
bad() { contradict integrity "$1"; contradict origin "$1"; }
openssl pkey -pubin -in seal/signer.pem -pubout 2>"$tmp/out" | cmp -s - seal/signer.pem || bad "the key's form"
openssl pkey -pubin -in seal/signer.pem -outform DER >"$tmp/spki" 2>"$tmp/out" || :
spki=$(hex <"$tmp/spki") key=$(sha256sum <"$tmp/spki" | cut -c 1-64)
signature=$(hex <seal/statement.sig)
case ${#spki}/$spki in 88/302a300506032b6570032100*) ;; *) bad "the key is not an Ed25519 key" ;; esac
{ [ ${#signature} -eq 128 ] && ! weak "${spki#302a300506032b6570032100}" && ! weak "$(printf %.64s "$signature")"; } || bad "a weak key or signature"
openssl pkeyutl -verify -pubin -inkey seal/signer.pem -rawin -in seal/statement.json -sigfile seal/statement.sig >"$tmp/out" 2>&1 ||
  bad "the signature does not verify"
[ $plain = no ] || [ "$(field signer)" = "sha256:$key" ] || bad "the statement names another key"
awk -v d="$tmp" '/^-----BEGIN PUBLIC KEY/ { f = d "/key" ++n } f { print > f } /^-----END/ { close(f); f = "" }' "$tmp/trust"
for file in "$tmp"/key*; do
  [ -f "$file" ] && [ "$(openssl pkey -pubin -in "$file" -outform DER | sha256sum | cut -c 1-64)" = "$key" ] && trusted=yes
done
[ $trusted = yes ] || doubt origin "the key sha256:$key is not one that is trusted"

# 5. Timestamps, by openssl's own verification at the token's time.
seconds() { # 'Nov 21 11:34:47 2026 GMT', or 2026-11-21T11:34:47.123456Z, as seconds since 1970
  printf '%s\n' "${1% GMT}" | awk -F '[-T:. ]+' '{
    if ($1 ~ /^[A-Z]/) { M = (index("JanFebMarAprMayJunJulAugSepOctNovDec", $1) + 2) / 3; D = $2; h = $3; n = $4; s = $5; Y = $NF }
    else { Y = $1; M = $2 + 0; D = $3; h = $4; n = $5; s = $6 }
    y = Y - (M < 3); m = (M + 9) % 12
    d = 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * m + 2) / 5) + D - 719469
    printf "%d", ((d * 24 + h) * 60 + n) * 60 + s }'
}
[ $plain = yes ] || finish
for name in $(sed -n -E 's,^\./seal/timestamps/(.*)\.(tsq|tsr|chain\.pem|crls\.pem)$,\1,p' "$tmp/files" | sort -u); do
  stem=seal/timestamps/$name
  [ -f "$stem.tsq" ] && [ -f "$stem.tsr" ] && [ -f "$stem.chain.pem" ] || { contradict time "not all three files"; continue; }
  openssl ts -reply -in "$stem.tsr" -text >"$tmp/text" 2>&1 || { contradict time "a timestamp that cannot be read"; continue; }
  grep -q '^Status: Granted' "$tmp/text" || { doubt time "the authority refused"; continue; }
  at=$(seconds "$(sed -n 's/^Time stamp: //p' "$tmp/text")")
  for against in -queryfile -data; do
    file=seal/statement.json && [ $against = -data ] || file=$stem.tsq
    openssl ts -verify $against "$file" -in "$stem.tsr" -untrusted "$stem.chain.pem" -CAfile "$tmp/trust" \
      -attime "$at" >"$tmp/out" 2>&1 && continue
    grep -Eq 'certificate verify error|no certificate or crl|ESS|algorithm' "$tmp/out" && doubt time "its authority" && continue 2
    contradict time "a timestamp that is not of this statement and request" && continue 2
  done
  [ "$(openssl ts -query -in "$stem.tsq" -text 2>&1 | grep -Ec '^(Nonce: 0x|Certificate required: yes)')" = 2 ] ||
    { contradict time "a request without nonce, or for no certificates"; continue; }
  openssl ts -reply -in "$stem.tsr" -out "$tmp/tsr" 2>"$tmp/out" && cmp -s "$tmp/tsr" "$stem.tsr" && openssl ts -query -in "$stem.tsq" -out "$tmp/tsq" \
    2>"$tmp/out" && cmp -s "$tmp/tsq" "$stem.tsq" || { doubt time "a timestamp in another encoding than openssl's"; continue; }
  openssl ts -reply -in "$stem.tsr" -token_out 2>"$tmp/out" | openssl pkcs7 -inform DER -print_certs | sed -n '/^-----BEGIN/,/^-----END/p' | sort >"$tmp/certificates"
  lines "$stem.chain.pem" '-----(BEGIN|END) CERTIFICATE-----|[A-Za-z0-9+/=]+' && sort "$stem.chain.pem" | cmp -s - "$tmp/certificates" || { contradict time "the chain file is not the token's certificates"; continue; }
  [ "$(($(seconds "$sealed") - at))" -le 600 ] || { contradict time "a time from before the sealing"; continue; }
  [ ! -f "$stem.crls.pem" ] || { doubt time "a timestamp with revocation lists, which are not read here"; continue; }
  stamped=yes && echo "  time: the statement existed at $at (seconds since 1970), by an authority that leads to a trusted root"
done
[ $stamped = yes ] || doubt time "no timestamp proves it"
finish
