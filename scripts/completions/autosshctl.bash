# shellcheck shell=bash
# Completion of autosshctl(1) for bash, with the package bash-completion or without it: source this file, or install it
# as bash-completion/completions/autosshctl. autosshctl itself says what the word may become, in a moment.

_autosshctl() {
    local current rest=${COMP_LINE:0:COMP_POINT} offer i
    local -a words=()
    COMPREPLY=()
    # Readline splits words also at = and :. They are put together again as the shell will see them.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        current=${COMP_WORDS[i]}
        if [[ $i -eq 0 || $rest == [[:blank:]]* ]]; then
            rest=${rest#"${rest%%[![:blank:]]*}"}
            words+=('')
        fi
        [[ $i -lt $COMP_CWORD ]] || current=$rest
        words[${#words[@]} - 1]+=$current
        rest=${rest#"$current"}
    done
    current=${words[${#words[@]} - 1]}
    # A value behind = is one of its own for autosshctl.
    local value=$current
    if [[ $current == --*=* ]]; then
        value=${current#*=}
        words[${#words[@]} - 1]=${current%%=*}
        words+=("$value")
    fi
    while IFS=$'\t' read -r offer _; do
        [[ $offer != "$value"* ]] || COMPREPLY+=("$offer")
    done < <("${words[0]}" --complete "${words[@]:1}" 2>/dev/null)
    if [[ $current == --*=* && $COMP_WORDBREAKS != *=* ]]; then
        for i in "${!COMPREPLY[@]}"; do
            COMPREPLY[i]=${current%%=*}=${COMPREPLY[i]}
        done
    fi
    if [[ ${#COMPREPLY[@]} -eq 0 && " ${words[*]} " == *' '@(check|edit|import|doctor|metrics)' '* ]]; then
        compopt -o default 2>/dev/null || true # a file
    fi
}

complete -F _autosshctl autosshctl
