# shellcheck shell=bash disable=SC2207 # no word that is offered has a blank in it, and bash 3.2 has no mapfile
# Completion of autossh(1) for bash, with the package bash-completion or without it: source this file, or install it
# as bash-completion/completions/autossh.
#
# autossh's own options are completed here. The rest is ssh's, and is handed to the ssh completion of bash-completion,
# without autossh's words in it. Where there is none, host names are completed here too.

_autossh_options='--port --poll --first-poll --gate-time --backoff-max --restart --exit-on --max-start --max-lifetime --renew --renew-grace
    --kill-time --connect-timeout --message --ssh --plain --share --secret-file --secret-fd --secret-command --secret-credential
    --secret-prompt --secret-for --pid-file --state-directory --log-file --log-level --log-format --name --debug --nt-service --explain --help --version'
_autossh_classes='name-not-found no-route refused timed-out connection-lost key-exchange host-key-unknown
    host-key-changed authentication-refused key-unusable agent-unreachable forward-refused local-port-in-use
    bad-configuration needs-a-person secret-unavailable shut-out job-not-running job-held job-gone'

# The names of the tunnels that have a file.
_autossh_names() {
    local file
    for file in /etc/autossh/*.conf "${XDG_CONFIG_HOME:-$HOME/.config}"/autossh/*.conf; do
        file=${file##*/}
        # Nothing that compgen would expand, and no pattern that has matched nothing.
        [[ ${file%.conf} != *[!A-Za-z0-9_.@+-]* ]] || continue
        printf '%s\n' "${file%.conf}"
    done
}

# Readline completes file names itself, with its quoting and tildes.
_autossh_files() {
    COMPREPLY=()
    compopt -o default 2>/dev/null || true
}

# The source behind PATTERN= in the beginning $1, and the file behind PATTERN=file:. Readline replaces only what stands
# behind the last = and : at which it parts words.
_autossh_secret_for() {
    local source=${1#*=} before offer
    [[ $1 == *=* ]] || return
    before=${1%"$source"}
    if [[ $source == file:* ]]; then
        source=${source#file:} before+=file:
        while IFS= read -r offer; do
            COMPREPLY+=("$offer")
        done < <(compgen -f -- "$source")
        compopt -o filenames 2>/dev/null || true
        [[ $COMP_WORDBREAKS != *:* ]] || return
    else
        COMPREPLY=($(compgen -W 'file: fd: command: credential: prompt' -- "$source"))
        compopt -o nospace 2>/dev/null || true
        [[ $COMP_WORDBREAKS != *=* ]] || return
    fi
    for offer in "${!COMPREPLY[@]}"; do
        COMPREPLY[offer]=$before${COMPREPLY[offer]}
    done
}

# Offers the values of the long option $1 for the beginning $2.
_autossh_value() {
    local values='' last=${2##*,}
    case $1 in
    --restart) values='on-failure always never' ;;
    --log-format) values='text json' ;;
    --log-level) values='0 1 2 3 4 5 6 7' ;;
    --port) values='auto 0' ;;
    --name) values=$(_autossh_names) ;;
    --exit-on)
        COMPREPLY=($(compgen -P "${2%"$last"}" -W "$_autossh_classes" -- "$last"))
        compopt -o nospace 2>/dev/null || true # a comma may follow
        return
        ;;
    --secret-for)
        _autossh_secret_for "$2"
        return
        ;;
    --pid-file | --state-directory | --log-file | --ssh | --share | --secret-file)
        _autossh_files
        return
        ;;
    *) return ;;
    esac
    COMPREPLY=($(compgen -W "$values" -- "$2"))
}

# Does the long option take its value from the next word?
_autossh_takes_value() {
    case $1 in
    *=* | --debug | --plain | --share | --secret-prompt | --nt-service | --explain | --help | --version | --check | --doctor) return 1 ;;
    --?*) return 0 ;;
    *) return 1 ;;
    esac
}

# Readline splits words also at = and :. Puts them together again as the shell will see them, up to the cursor:
# words[] and, for each, the index of its first piece in COMP_WORDS: piece_of[].
_autossh_split() {
    local i word rest=${COMP_LINE:0:COMP_POINT}
    words=() piece_of=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $i -eq 0 || $rest == [[:blank:]]* ]]; then
            rest=${rest#"${rest%%[![:blank:]]*}"}
            words+=('')
            piece_of+=("$i")
        fi
        [[ $i -lt $COMP_CWORD ]] || word=$rest
        words[${#words[@]} - 1]+=$word
        rest=${rest#"$word"}
    done
    piece_of+=("$((COMP_CWORD + 1))")
}

# Takes autossh's letters out of the cluster of options $1, and the forwardings: nothing depends on those, but newer
# versions of bash-completion find no host behind their colons. kept is the rest, awaited the letter whose value is the
# next word, if one is.
_autossh_cluster() {
    local letter rest=${1#-}
    kept=- awaited=
    while [[ -n $rest ]]; do
        letter=${rest:0:1} rest=${rest:1}
        case $letter in
        f | V) $ours && continue ;;
        M)
            if $ours; then
                [[ -n $rest ]] || awaited=M
                break
            fi
            ;;
        [DLRW])
            [[ -n $rest ]] || awaited=$letter
            break
            ;;
        [BbcEeFIiJlmOoPpQSw])
            kept+=$letter$rest
            [[ -n $rest ]] || awaited=$letter
            break
            ;;
        esac
        kept+=$letter
    done
    [[ $kept != - ]] || kept=
}

# Goes over the words before the cursor. Sets for_ssh[], the pieces of what ssh would get; gaps[], whether a blank stands
# before each; destination; ours, whether options of autossh may still come; awaited, whose value the cursor is at.
_autossh_read() {
    local i word kept
    for_ssh=(ssh) gaps=('') ours=true destination='' awaited=
    for ((i = 1; i < ${#words[@]} - 1; i++)); do
        word=${words[i]}
        if [[ -n $awaited ]]; then
            [[ $awaited == [DLMRW] || $awaited == --* ]] || _autossh_keep "$i"
            awaited=
        elif [[ $command_begun == true ]]; then
            _autossh_keep "$i"
        elif [[ $word == -- ]]; then
            ours=false
        elif [[ $word == --* ]]; then
            ! _autossh_takes_value "$word" || awaited=$word
        elif [[ $word == -?* ]]; then
            _autossh_cluster "$word"
            if [[ $kept == "$word" ]]; then
                _autossh_keep "$i"
            elif [[ -n $kept ]]; then
                for_ssh+=("$kept") gaps+=(' ')
            fi
        else
            [[ -z $destination ]] || command_begun=true
            destination=$word
            _autossh_keep "$i"
        fi
    done
}

_autossh_keep() {
    local piece gap=' '
    for ((piece = piece_of[$1]; piece < piece_of[$1 + 1]; piece++)); do
        for_ssh+=("${COMP_WORDS[piece]}")
        gaps+=("$gap")
        gap=
    done
}

# The function that completes ssh, if bash-completion is there.
_autossh_ssh_function() {
    local name
    for name in _comp_cmd_ssh _ssh; do
        if declare -F "$name" >/dev/null; then
            printf '%s' "$name"
            return
        fi
    done
    return 1
}

# Has ssh's own completion complete the words that ssh would get.
_autossh_ssh() {
    local i complete_ssh
    if ! complete_ssh=$(_autossh_ssh_function); then
        _autossh_alone
        return
    fi
    local -a for_ssh_now=("${for_ssh[@]}") gaps_now=("${gaps[@]}")
    for_ssh=() gaps=()
    _autossh_keep "$((${#words[@]} - 1))"
    for_ssh_now+=("${for_ssh[@]}") gaps_now+=("${gaps[@]}")
    local line=''
    for i in "${!for_ssh_now[@]}"; do
        line+=${gaps_now[i]}${for_ssh_now[i]}
    done
    local COMP_LINE=$line COMP_POINT=${#line} COMP_CWORD=$((${#for_ssh_now[@]} - 1))
    local -a COMP_WORDS=("${for_ssh_now[@]}")
    "$complete_ssh" ssh "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
}

# The hosts that the configuration file $1 names, and the files it includes; $2 is where relative ones lie, $3 how deep
# we are.
_autossh_config_hosts() {
    local line keyword value pattern file
    [[ -r $1 && $3 -lt 16 ]] || return 0
    while read -r line || [[ -n $line ]]; do
        line=${line/=/ }
        read -r keyword value <<<"$line"
        value=${value//\"/}
        case $keyword in
        [Hh][Oo][Ss][Tt])
            set -f
            for pattern in $value; do
                [[ $pattern == *[!A-Za-z0-9_.:%@-]* ]] || printf '%s\n' "$pattern"
            done
            set +f
            ;;
        [Ii][Nn][Cc][Ll][Uu][Dd][Ee])
            for pattern in $value; do
                case $pattern in
                \~/*) pattern=$HOME/${pattern#\~/} ;;
                /*) ;;
                *) pattern=$2/$pattern ;;
                esac
                # shellcheck disable=SC2231 # the pattern is meant
                for file in $pattern; do
                    _autossh_config_hosts "$file" "$2" "$(($3 + 1))"
                done
            done
            ;;
        esac
    done <"$1"
}

# The hosts of known_hosts that are not hashed.
_autossh_known_hosts() {
    local file first second rest name
    for file in ~/.ssh/known_hosts ~/.ssh/known_hosts2 /etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2; do
        [[ -r $file ]] || continue
        while read -r first second rest || [[ -n $first ]]; do
            [[ $first != @* ]] || first=$second
            [[ $first != [#\|]* ]] || continue
            set -f
            for name in ${first//,/ }; do
                name=${name#\[}
                name=${name%%\]*}
                [[ $name == *[!A-Za-z0-9_.:%@-]* ]] || printf '%s\n' "$name"
            done
            set +f
        done <"$file"
    done
}

# Where there is no completion of ssh: hosts, users and files.
_autossh_alone() {
    local user='' file=''
    case $awaited in
    F | i | E | S | I)
        _autossh_files
        return
        ;;
    l)
        COMPREPLY=($(compgen -u -- "$cur"))
        return
        ;;
    '' | J) ;;
    *) return ;;
    esac
    if [[ -z $awaited && ($cur == -* || -n $destination) ]]; then
        return
    fi
    [[ $cur != *@* ]] || user=${cur%@*}@
    for ((i = 1; i < ${#words[@]} - 1; i++)); do
        [[ ${words[i]} != -F ]] || file=${words[i + 1]}
        [[ ${words[i]} != -F?* ]] || file=${words[i]#-F}
    done
    [[ $file != \~/* ]] || file=$HOME/${file#\~/}
    COMPREPLY=($(compgen -P "$user" -W "$(
        if [[ -n $file ]]; then
            _autossh_config_hosts "$file" ~/.ssh 0
        else
            _autossh_config_hosts ~/.ssh/config ~/.ssh 0
            _autossh_config_hosts /etc/ssh/ssh_config /etc/ssh 0
        fi
        _autossh_known_hosts
    )" -- "${cur##*@}" | sort -u))
}

# autossh --check [--pid-file FILE | NAME]
_autossh_check() {
    if [[ ${words[${#words[@]} - 2]} == --pid-file || $cur == --pid-file=* ]]; then
        _autossh_files
    elif [[ ${#words[@]} -eq 3 && $cur == -* ]]; then
        COMPREPLY=($(compgen -W --pid-file -- "$cur"))
    elif [[ ${#words[@]} -eq 3 ]]; then
        COMPREPLY=($(compgen -W "$(_autossh_names)" -- "$cur"))
    fi
}

# autossh --fleet [OPTIONS] [FILE]
_autossh_fleet() {
    case ${words[${#words[@]} - 2]} in
    --log-level | --log-format) _autossh_value "${words[${#words[@]} - 2]}" "$cur" ;;
    *)
        if [[ $cur == --*=* ]]; then
            _autossh_value "${cur%%=*}" "${cur#*=}"
        elif [[ $cur == -* ]]; then
            COMPREPLY=($(compgen -W '-f --explain --pid-file --state-directory --log-file --log-format --log-level --debug' -- "$cur"))
        else
            _autossh_files
        fi
        ;;
    esac
}

_autossh() {
    local cur i ours destination awaited command_begun=false
    local -a words piece_of for_ssh gaps
    COMPREPLY=()
    _autossh_split
    cur=${words[${#words[@]} - 1]}
    if [[ ${#words[@]} -gt 2 && ${words[1]} == --check ]]; then
        _autossh_check
        return
    fi
    if [[ ${words[1]-} == --fleet || (${words[1]-} == -f && ${words[2]-} == --fleet) ]] && [[ ${#words[@]} -gt 2 ]]; then
        _autossh_fleet
        return
    fi
    _autossh_read
    if [[ $awaited == --* ]]; then
        _autossh_value "$awaited" "$cur"
    elif [[ $awaited == M ]]; then
        COMPREPLY=($(compgen -W 'auto 0' -- "$cur"))
    elif [[ $awaited == [DLRW] ]]; then
        return
    elif [[ -n $awaited ]] || ! $ours || [[ -n $destination || $cur != -* ]]; then
        _autossh_ssh
    elif [[ $cur == --*=* ]]; then
        _autossh_value "${cur%%=*}" "${cur#*=}"
        # Where = does not part words, the whole word is replaced.
        [[ $COMP_WORDBREAKS == *=* || ${#COMPREPLY[@]} -eq 0 ]] || COMPREPLY=("${COMPREPLY[@]/#/${cur%%=*}=}")
    elif [[ $cur == --* ]]; then
        COMPREPLY=($(compgen -W "$_autossh_options" -- "$cur"))
        [[ ${#words[@]} -ne 2 ]] || COMPREPLY+=($(compgen -W '--check --fleet --doctor' -- "$cur"))
    else
        local -a own=($(compgen -W "-M -f -V $_autossh_options" -- "$cur"))
        _autossh_ssh
        COMPREPLY+=(${own[@]+"${own[@]}"})
    fi
}

# bash-completion's file for ssh takes autossh too. It is read first, so that it does not come afterwards.
if ! _autossh_ssh_function >/dev/null; then
    if declare -F _comp_load >/dev/null; then
        _comp_load ssh
    elif declare -F __load_completion >/dev/null; then
        __load_completion ssh
    fi
fi
complete -F _autossh autossh
