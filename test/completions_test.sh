#!/bin/bash
# The shells' completions: no long option of --help is missing in one of them, and each is really run: bash with and
# without the package bash-completion, zsh and fish where they are installed.
#   test/completions_test.sh [AUTOSSH]     the program to ask, build/release/autossh by default; autosshctl is beside it
set -u
cd "$(dirname "$0")/.." || exit
autossh=${1:-build/release/autossh}
completions=$PWD/scripts/completions
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
failed=0

fail()
{
    echo "completions_test: $1"
    failed=1
}

# The options of the program, or where it is not built, those of its table.
options=$("$autossh" --help 2>/dev/null | grep -oE '^ *(-[A-Z], )?--[a-z][a-z-]*' | grep -oE -- '--[a-z-]+')
if [ -z "$options" ]; then
    options=$(sed -nE 's/.*Setting\{"AUTOSSH_[A-Z_]+", "([a-z-]+)".*/--\1/p' src/settings/table.cpp)
fi
[ -n "$options" ] || fail 'no option is found'
for option in $options; do
    grep -qE -- "(^|[' ])$option( |'|$)" "$completions/autossh.bash" || fail "autossh.bash has no $option"
    grep -q -- "'$option:" "$completions/_autossh" || fail "_autossh has no $option"
    grep -q -- " -l ${option#--} " "$completions/autossh.fish" || fail "autossh.fish has no $option"
done
# No --exit-on names the last one, "other".
for class in $(sed -nE 's/.*case FailureClass::[a-z_]+: return "([a-z ]+)";.*/\1/p' src/base/failure.cpp | grep -vx other | tr ' ' -); do
    for file in autossh.bash _autossh autossh.fish; do
        grep -qE "(^|[ '(])$class( |'|\)|$)" "$completions/$file" || fail "$file has no class $class"
    done
done

program=autossh # whose completion is asked

# A home with hosts and tunnels.
home=$directory/home
mkdir -p "$home/.ssh/more" "$home/.config/autossh"
printf 'Include more/*\nHost alpha-host *.example\n' >"$home/.ssh/config"
printf 'Host=beta-host\n' >"$home/.ssh/more/file"
printf '[gamma-host]:2222,192.0.2.7 ssh-ed25519 AAAA\n|1|x|y ssh-ed25519 AAAA\n' >"$home/.ssh/known_hosts"
: >"$home/.config/autossh/tunnel-one.conf"
: >"$directory/some-file"

# shellcheck disable=SC2317 # called by "offers"
in_home() { env -i PATH="$PATH" HOME="$home" TERM=dumb LC_ALL=C "$@" </dev/null 2>&1; }

# ask_SHELL LINE: what is offered at the end of the line, one word a line.
# shellcheck disable=SC2317
ask_bash()
{
    # shellcheck disable=SC2016 # it is the other shell that expands
    in_home bash --norc -c '
        [ -z "$1" ] || . "$1"
        . "$2"
        # Only within a real completion can an option of it be set.
        compopt() { [ "$1 $2" != "-o default" ] || echo "(files)"; }
        COMP_LINE=$3 COMP_POINT=${#3}
        rest=$3 COMP_WORDS=()
        while [[ $rest =~ ^\ *([=:]+|[^=:\ ]+)(.*)$ ]]; do
            COMP_WORDS+=("${BASH_REMATCH[1]}")
            rest=${BASH_REMATCH[2]}
        done
        [[ $3 != *\  ]] || COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        command=${COMP_WORDS[0]##*/}
        set -- $(complete -p "$command")
        "$3" "$command" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf "%s\n" "${COMPREPLY[@]}"' \
        ask "$bash_completion" "$completions/$program.bash" "$1"
}

# shellcheck disable=SC2016,SC2317
ask_fish()
{
    in_home fish -c 'source $argv[1]; complete -C $argv[2]' "$completions/$program.fish" "$1" | sed 's/\t.*//'
}

# What is offered is taken from the calls of compadd, which is how zsh hears of it; and what is put into the line, from
# the line.
# shellcheck disable=SC2016,SC2317
ask_zsh()
{
    in_home zsh -f -c '
        zmodload zsh/zpty
        zpty z zsh -f -i
        zpty -w z "PS1=; fpath=(\"$1\" \$fpath); autoload -Uz compinit; compinit -u -D"
        zpty -w z "compadd() { (( \$@[(I)-[OAD]*] )) && { builtin compadd \"\$@\"; return }"
        zpty -w z "local -a got; builtin compadd -O got \"\$@\"; print -rl -- \"<\"\$^got\">\"; builtin compadd \"\$@\" }"
        zpty -w z "show() { zle complete-word; print -rl -- \"<\${\${\${BUFFER% }%,}##* }>\" \"<\"end\">\" }"
        zpty -w z "zle -N show; bindkey \"^I\" show; print rea\"\"dy"
        zpty -r -m z output "*ready*"
        zpty -w -n z "$2"$'"'\\t'"'
        zpty -r -m z output "*<end>*"
        print -r -- "$output"
        zpty -d z' ask "$completions" "$1" | tr -d '\r' | sed -nE 's/^.*<([^<>]+)>.*$/\1/p'
}

# offers SHELL LINE WORD…: each of the words is offered; a word that begins with ! is not.
offers()
{
    local shell=$1 line=$2 got word
    shift 2
    got=$(timeout 20 bash -c "$(declare -f "ask_$shell" in_home)"'; "$@"' run "ask_$shell" "$line")
    for word in "$@"; do
        if [ "${word#!}" != "$word" ]; then
            ! grep -qxF -e "${word#!}" <<<"$got" || fail "$shell, \"$line\": offers ${word#!}"
        else
            grep -qxF -e "$word" <<<"$got" || fail "$shell, \"$line\": does not offer $word, but: $(head -n 5 <<<"$got")"
        fi
    done
}
export home completions bash_completion directory program

# What holds for every shell.
common_cases()
{
    offers "$1" 'autossh --resta' --restart
    offers "$1" 'autossh --restart ' on-failure always never
    offers "$1" 'autossh --log-format ' text json
    offers "$1" 'autossh --exit-on refused,host-key-c' refused,host-key-changed
    offers "$1" 'autossh -M ' auto 0
    offers "$1" 'autossh -NM ' auto 0
    offers "$1" 'autossh --exit-on secret' secret-unavailable
    offers "$1" 'autossh --secret-prompt --resta' --restart
    offers "$1" 'autossh --poll 5 --resta' --restart
    offers "$1" 'autossh alpha' alpha-host
    offers "$1" 'autossh -M 0 -fN --poll 5 -L 1:h:2 alpha' alpha-host
    offers "$1" 'autossh alpha-host --resta' '!--restart'
    offers "$1" 'autossh -- --resta' '!--restart'
    offers "$1" 'autossh --chec' --check
    offers "$1" 'autossh --doc' --doctor
    offers "$1" 'autossh --flee' --fleet
    offers "$1" 'autossh -N --chec' '!--check'
    offers "$1" 'autossh --check tun' tunnel-one '!alpha-host'
    offers "$1" 'autossh --check --pid' --pid-file
}

for bash_completion in '' /usr/share/bash-completion/bash_completion; do
    if [ -n "$bash_completion" ] && [ ! -r "$bash_completion" ]; then
        echo 'SKIPPED: completion for bash: bash-completion is not installed'
        continue
    fi
    common_cases bash
    offers bash 'autossh --restart=al' always
    offers bash 'autossh --exit-on=refused,host-key-c' refused,host-key-changed
    offers bash 'autossh gamma' gamma-host
    offers bash 'autossh -N root@alpha' root@alpha-host
    offers bash 'autossh --pid-file ' '(files)'
    offers bash 'autossh --secret-file ' '(files)'
    offers bash 'autossh --secret-for u@h=comm' command:
    offers bash 'autossh --secret-for=u@h=comm' command:
    offers bash "autossh --secret-for u@h=file:$directory/some" "$directory/some-file"
    offers bash 'autossh -' -M --poll
done
bash_completion=''
offers bash 'autossh beta' beta-host
offers bash 'autossh -J gam' gamma-host
offers bash 'autossh -F some-file alpha' '!alpha-host'
if [ -r /usr/share/bash-completion/bash_completion ]; then
    bash_completion=/usr/share/bash-completion/bash_completion
    offers bash 'autossh -M 0 -o StrictHostKeyChecking=a' accept-new
    offers bash 'autossh -M 20000 -l roo' root
fi

if command -v fish >/dev/null; then
    common_cases fish
    offers fish 'autossh --restart=al' --restart=always
    offers fish 'autossh --secret-for u@h=comm' u@h=command:
    offers fish 'autossh --secret-for=u@h=comm' --secret-for=u@h=command:
    offers fish "autossh --secret-for u@h=file:$directory/some" "u@h=file:$directory/some-file"
else
    echo 'SKIPPED: completion for fish: fish is not installed'
fi
if command -v zsh >/dev/null; then
    common_cases zsh
    offers zsh 'autossh --restart=al' always
    offers zsh 'autossh --secret-for u@h=comm' command:
    offers zsh 'autossh --secret-for=u@h=comm' command:
    offers zsh "autossh --secret-for u@h=file:$directory/some" some-file
else
    echo 'SKIPPED: completion for zsh: zsh is not installed'
fi

# autosshctl offers by itself; what matters is that each shell asks it and takes what it says.
program=autosshctl
ctl=$(dirname "$(realpath "$autossh")")/autosshctl
ctl_cases()
{
    offers "$1" 'autosshctl st' status start stop '!try'
    offers "$1" 'autosshctl stop --wa' --wait '!--wide'
    offers "$1" 'autosshctl --color ' always never auto
    offers "$1" 'autosshctl reload --dr' --dry-run
}
if [ -x "$ctl" ]; then
    mkdir "$directory/bin"
    ln -s "$ctl" "$directory/bin/autosshctl"
    PATH=$directory/bin:$PATH
    for bash_completion in '' /usr/share/bash-completion/bash_completion; do
        [ -z "$bash_completion" ] || [ -r "$bash_completion" ] || continue
        ctl_cases bash
        offers bash 'autosshctl --color=al' always
        offers bash 'autosshctl check ' '(files)'
    done
    if command -v fish >/dev/null; then
        ctl_cases fish
        offers fish 'autosshctl --color=al' --color=always
        offers fish "autosshctl check $directory/some" "$directory/some-file"
    fi
    if command -v zsh >/dev/null; then
        ctl_cases zsh
        offers zsh 'autosshctl --color=al' always
        offers zsh "autosshctl check $directory/some" some-file
    fi
else
    echo 'SKIPPED: completion of autosshctl: it is not built'
fi
exit $failed
