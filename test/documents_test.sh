#!/bin/bash
# The documents hold together: what a link, a cross-reference or a comment of the sources names is there.
#   * README.md, docs/*.md, CONTRIBUTING.md, SECURITY.md, CHANGELOG.md: each relative link and each #anchor
#   * the manual: each .Xr to a page of ours, each .Sx, and each heading that is named beside a page's name
#   * sources, tests and scripts: each heading in "Manual, …", and each page of ours
#   * from README.md, links lead to every file in docs; README.md has at most 150 lines
#   * autossh-diagnostics(7) is sorted
# No network is used: what begins with https:// is not looked at.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
failed=0

complain()
{
    echo "documents_test: $1"
    failed=1
}

shopt -s nullglob
documents=(README.md docs/*.md CONTRIBUTING.md SECURITY.md CHANGELOG.md)
pages=(man/*.[1-9] scripts/packaging/debian/*.[1-9])
longest_readme=150

# prose FILE: without blocks of code.
prose()
{
    awk '/^ *```/ { code = !code; next } !code && !/^(    |\t)/' "$1"
}

# anchors FILE: of each heading, as the web sites make them: lower case, blanks to hyphens, nothing else but letters,
# digits, hyphens and underscores; the second of the same name ends in -1.
anchors()
{
    prose "$1" | sed -nE 's/^#+ +//p' | tr '[:upper:] ' '[:lower:]-' | sed 's/[^a-z0-9_-]//g' |
        awk '{ n = seen[$0]++; print n ? $0 "-" n : $0 }'
}

# links FILE: the target of each, but for those to elsewhere.
links()
{
    # shellcheck disable=SC2016 # code between backquotes
    prose "$1" | sed 's/`[^`]*`//g' | grep -oE '\]\([^) ]+\)|^\[[^]]+\]: +[^ ]+' | sed -E 's/^\]\(|\)$//g; s/^\[[^]]*\]: +//' |
        grep -vE '^(https?|mailto):' || true
}

# target FILE LINK: the file that a link leads to.
target()
{
    local file=${2%%#*}
    if [ -z "$file" ]; then
        echo "$1"
    elif [[ $1 == */* ]]; then
        realpath -ms --relative-to=. "${1%/*}/$file"
    else
        realpath -ms --relative-to=. "$file"
    fi
}

check_links()
{
    local document link file
    for document in "${documents[@]}"; do
        [ -f "$document" ] || { complain "$document is not there"; continue; }
        while read -r link; do
            [ -n "$link" ] || continue
            file=$(target "$document" "$link")
            if ! [ -e "$file" ]; then
                complain "$document: ($link) leads to no file"
            elif [[ $link == *#* ]] && ! grep -qxF -- "${link#*#}" < <(anchors "$file"); then
                complain "$document: ($link) leads to no heading"
            fi
        done < <(links "$document")
    done
}

# From README.md on.
check_reachable()
{
    local -A reached=([README.md]=1)
    local to_read=(README.md) document link file
    while [ ${#to_read[@]} -gt 0 ]; do
        document=${to_read[0]}
        to_read=("${to_read[@]:1}")
        while read -r link; do
            [ -n "$link" ] || continue
            file=$(target "$document" "$link")
            if [[ $file == *.md && -f $file && -z ${reached[$file]-} ]]; then
                reached[$file]=1
                to_read+=("$file")
            fi
        done < <(links "$document")
    done
    for document in docs/*; do
        [ -n "${reached[$document]-}" ] || complain "no link leads from README.md to $document"
    done
}

# headings PAGE: in lower case.
headings()
{
    sed -nE 's/^\.S[hs] +//p' "$1" | sed 's/\\&//g' | tr '[:upper:]' '[:lower:]'
}

# page_file NAME SECTION: of a page of ours.
page_file()
{
    local page
    for page in "${pages[@]}"; do
        if [ "${page##*/}" = "$1.$2" ]; then
            echo "$page"
            return
        fi
    done
    return 1
}

# is_heading PAGE HEADING
is_heading()
{
    grep -qxF -- "$(tr '[:upper:]' '[:lower:]' <<<"$2")" < <(headings "$1")
}

# references PAGE: what its macros name, a line each: "page NAME SECTION", "here HEADING", "there NAME SECTION HEADING".
# A heading of another page is named by .Xr NAME SECTION , with .Dq HEADING behind it.
references()
{
    awk '
        function plain(text) { gsub(/\\&/, "", text); gsub(/( [].,;:()?!])+$/, "", text); return text }
        match($0, /(^\.| )Sx .*/) { print "here\t" plain(substr($0, RSTART + 4)) }
        match($0, /(^\.| )Xr [^ ]+ [0-9]/) {
            split(substr($0, RSTART, RLENGTH), words, " ")
            page = words[2] "\t" words[3]; print "page\t" page
        }
        match($0, /^\.Dq .*/) && before ~ /Xr [^ ]+ [0-9] ,$/ || match($0, / , Dq .*/) && /Xr / {
            text = substr($0, RSTART); sub(/^.*Dq /, "", text); print "there\t" page "\t" plain(text)
        }
        { before = $0 }' "$1"
}

check_page()
{
    local kind name section heading file
    while IFS=$'\t' read -r kind name section heading; do
        if [ "$kind" = here ]; then
            is_heading "$1" "$name" || complain "$1: .Sx $name: this page has no such heading"
        elif ! file=$(page_file "$name" "$section"); then
            complain "$1: .Xr $name $section: we have no such page"
        elif [ "$kind" = there ]; then
            is_heading "$file" "$heading" || complain "$1: ${file##*/} has no heading \"$heading\""
        fi
    done < <(references "$1")
}

# In text: "autossh-secrets(7)", with ", HEADING" in quotes behind it or not.
check_text()
{
    local where name section heading file
    while IFS=$'\t' read -r where name section heading; do
        if ! file=$(page_file "$name" "$section"); then
            complain "$where: we have no page $name($section)"
        elif [ -n "$heading" ] && ! is_heading "$file" "$heading"; then
            complain "$where: $name($section) has no heading \"$heading\""
        fi
    done < <(grep -noE '\b(autossh|condor-ssh|ssh-agent-wrapper|rscreen)[a-z0-9.-]*\([1-9]\)(, "[^"]+")?' -- "$@" /dev/null |
        sed -E 's/^([^:]*:[0-9]+):([^(]*)\((.)\)(, "(.*)")?$/\1\t\2\t\3\t\5/')
}

# A comment 'Manual, "HEADING", "HEADING" and "HEADING"' names a heading of any page; --OPTION or -O is an option.
check_comments()
{
    local where words all
    all=$(for page in "${pages[@]}"; do headings "$page"; done
        sed -nE 's/^\.It Fl (-?[a-zA-Z-]+).*/-\1/p' man/autossh.1)
    while IFS=$'\t' read -r where words; do
        grep -qixF -- "$words" <<<"$all" || complain "$where: no page has the heading \"$words\""
    done < <(grep -rnE '//.*(Manual[,:]|manual,) ' include src test |
        awk '{ match($0, /^[^:]*:[0-9]+/); where = substr($0, 1, RLENGTH); sub(/.*(Manual[,:]|manual,) /, "")
            while (match($0, /^((,| and|, and)? ?"[^"]+")|^[A-Z]+\.|^--[a-z-]+/)) {
                words = substr($0, RSTART, RLENGTH); $0 = substr($0, RSTART + RLENGTH); found[where] = 1
                gsub(/^[ ,]*(and )?|["\.]/, "", words); print where "\t" words }
            if (!found[where]) print where "\t(nothing that can be read)" }')
}

# Each list of lines, and each list of the causes of a class, is in the order of its letters and digits.
check_order()
{
    local unsorted
    unsorted=$(sed -n '/^\.Sh DIAGNOSTICS/,$p' man/autossh-diagnostics.7 | LC_ALL=C awk '
        function key(text) { gsub(/\\\(dq|\\&/, "", text); gsub(/\\ /, " ", text); text = tolower(text)
            gsub(/[^a-z0-9 ]/, "", text); gsub(/  +/, " ", text); sub(/^ /, "", text); return text }
        /^\.(Bl|Bd|Ss)/ { last = ""; literal = /^\.Bd/ }
        /^\.Ed/ { literal = 0 }
        /^\.It Li / { text = substr($0, 8) }
        literal && /^[^ .]/ { text = $0 }
        text != "" { if (last != "" && key(text) < last) print text; last = key(text); text = "" }')
    [ -z "$unsorted" ] || complain "man/autossh-diagnostics.7 is not sorted at: $unsorted"
}

check_links
check_reachable
for page in "${pages[@]}"; do check_page "$page"; done
mapfile -t texts < <(find include src test scripts cmake -type f ! -path '*/corpus/*' ! -name documents_test.sh | sort)
check_text "${documents[@]}" autossh.host "${pages[@]}" "${texts[@]}"
check_comments
check_order
lines=$(wc -l <README.md)
[ "$lines" -le $longest_readme ] || complain "README.md has $lines lines, more than $longest_readme"
exit $failed
