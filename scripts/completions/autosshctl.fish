# Completion of autosshctl(1) for fish. autosshctl itself says what the word may become, in a moment.

function __autosshctl_offers
    set -l words (commandline -opc)
    set -l last (commandline -ct)
    # A value behind = is one of its own for autosshctl.
    if string match -q -- '--*=*' $last
        set -l option (string replace -r '=.*' '' -- $last)
        for offer in ($words[1] --complete $words[2..-1] $option (string replace -r '^[^=]*=' '' -- $last) 2>/dev/null)
            echo $option=$offer
        end
    else
        $words[1] --complete $words[2..-1] "$last" 2>/dev/null
    end
end

function __autosshctl_wants_file
    string match -qr -- '^(check|edit|import|doctor|metrics)$' (commandline -opc)[2..-1]
end

complete -c autosshctl -f -a '(__autosshctl_offers)'
complete -c autosshctl -n __autosshctl_wants_file -F
