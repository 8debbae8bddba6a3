# Completion of autossh(1) for fish. autossh's own options are completed here; the rest is ssh's.

complete -c autossh -w ssh

# The words before the cursor are read as autossh reads them: has the destination, or --, come?
function __autossh_options_may_come
    set -l awaited no
    for word in (commandline -opc)[2..-1]
        if test $awaited = yes
            set awaited no
        else if contains -- "$word" -- --check
            return 1
        else if string match -qr -- '^--' $word
            if not string match -qr -- '=|^--(debug|plain|share|secret-prompt|nt-service|explain|doctor|help|version)$' $word
                set awaited yes
            end
        else if string match -qr -- '^-[^BbcDEeFIiJLlMmOoPpQRSWw]*[BbcDEeFIiJLlMmOoPpQRSWw]$' $word
            set awaited yes
        else if not string match -q -- '-?*' $word
            return 1
        end
    end
    true # also at the value of an option
end

# At the value of -M in a cluster: fish itself knows only a lone -M.
function __autossh_is_after_cluster
    __autossh_options_may_come
    and string match -qr -- '^-[^-BbcDEeFIiJLlMmOoPpQRSWw]+M$' (commandline -opc)[-1]
end

function __autossh_is_first_word
    test (count (commandline -opc)) -eq 1
end

function __autossh_checks
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test "$words[2]" = --check
end

function __autossh_fleet
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test "$words[2]" = --fleet
end

# The names of the tunnels that have a file.
function __autossh_names
    set -l directory $HOME/.config
    set -q XDG_CONFIG_HOME; and set directory $XDG_CONFIG_HOME
    for file in /etc/autossh/*.conf $directory/autossh/*.conf
        string replace -r '.*/(.*)\.conf$' '$1' -- $file
    end
end

function __autossh_classes
    set -l classes name-not-found no-route refused timed-out connection-lost key-exchange host-key-unknown \
        host-key-changed authentication-refused key-unusable agent-unreachable forward-refused local-port-in-use \
        bad-configuration needs-a-person secret-unavailable shut-out job-not-running job-held job-gone
    set -l before (commandline -ct | string replace -r '^--exit-on=' '' | string match -r '^.*,')
    printf '%s\n' "$before"$classes
end

# The source behind PATTERN=, and the file behind PATTERN=file:.
function __autossh_sources
    set -l token (commandline -ct | string replace -r '^--secret-for=' '')
    set -l before (string match -r '^[^=]+=' -- $token)
    or return
    if string match -q -- "$before"'file:*' $token
        set before "$before"file:
        printf '%s\n' "$before"(complete -C "'' "(string replace -- $before '' $token))
    else
        printf '%s\n' "$before"{file:,fd:,command:,credential:,prompt}
    end
end

set -l may __autossh_options_may_come
complete -c autossh -n $may -s M -x -a 'auto 0' -d 'How to test the connection'
complete -c autossh -n __autossh_is_after_cluster -f -a 'auto 0' -d 'How to test the connection'
complete -c autossh -n $may -s f -d 'Run in the background'
complete -c autossh -n $may -s V -d 'Print the version'
complete -c autossh -n $may -l port -x -a 'auto 0' -d 'How to test the connection, as -M'
complete -c autossh -n $may -l poll -x -d 'Time between two connection tests'
complete -c autossh -n $may -l first-poll -x -d 'Time to the first test'
complete -c autossh -n $may -l gate-time -x -d 'How long the first ssh must last'
complete -c autossh -n $may -l backoff-max -x -d 'Longest wait between two starts'
complete -c autossh -n $may -l restart -x -a 'on-failure always never' -d 'After which ends of ssh it is started again'
complete -c autossh -n $may -l exit-on -x -a '(__autossh_classes)' -d 'Classes of failure to give up on'
complete -c autossh -n $may -l max-start -x -d 'How often ssh may be started'
complete -c autossh -n $may -l max-lifetime -x -d 'How long autossh may run'
complete -c autossh -n $may -l renew -x -d 'After which time to log in anew without a break'
complete -c autossh -n $may -l renew-grace -x -d 'How long the old ssh lives on for its connections'
complete -c autossh -n $may -l kill-time -x -d 'Time from SIGTERM to SIGKILL'
complete -c autossh -n $may -l connect-timeout -x -d 'How long ssh may take to log in'
complete -c autossh -n $may -l message -x -d 'Text to add to the test message'
complete -c autossh -n $may -l ssh -r -F -d 'The ssh to run'
complete -c autossh -n $may -l plain -d 'Add nothing to the command line of ssh'
complete -c autossh -n $may -l share -d 'Other ssh use the connection'
complete -c autossh -n $may -l secret-file -r -F -d 'File with the passphrase or password'
complete -c autossh -n $may -l secret-fd -x -d 'File descriptor to read it from'
complete -c autossh -n $may -l secret-command -x -d 'Command that prints it'
complete -c autossh -n $may -l secret-credential -x -d 'Credential of the systemd unit that holds it'
complete -c autossh -n $may -l secret-prompt -d 'Ask for it once, on the terminal'
complete -c autossh -n $may -l secret-for -x -a '(__autossh_sources)' -d 'A secret for one key, account or question'
complete -c autossh -n $may -l pid-file -r -F -d 'Write the process id to this file'
complete -c autossh -n $may -l state-directory -r -F -d 'Keep a ledger of outages in this directory'
complete -c autossh -n $may -l log-file -r -F -d 'Log to this file'
complete -c autossh -n $may -l log-level -x -a '0 1 2 3 4 5 6 7' -d 'How much to log'
complete -c autossh -n $may -l log-format -x -a 'text json' -d 'Form of the log lines'
complete -c autossh -n $may -l name -x -a '(__autossh_names)' -d 'Name of the tunnel'
complete -c autossh -n $may -l debug -d 'Log everything, and to standard error'
complete -c autossh -n $may -l nt-service -d 'Service mode'
complete -c autossh -n $may -l explain -d 'Print what would be run'
complete -c autossh -n $may -l help -d 'Print a summary'
complete -c autossh -n $may -l version -d 'Print the version'

complete -c autossh -n __autossh_is_first_word -l check -d 'Ask a running autossh'
complete -c autossh -n __autossh_is_first_word -l fleet -d 'Run all tunnels of a file'
complete -c autossh -n __autossh_is_first_word -l doctor -d 'What would keep it from coming up'
complete -c autossh -n __autossh_fleet -F -d 'File of the tunnels'
complete -c autossh -n __autossh_fleet -l explain -d 'Print what the file comes to'
complete -c autossh -n __autossh_checks -f -a '(__autossh_names)' -d Tunnel
complete -c autossh -n __autossh_checks -l pid-file -r -F -d 'Pid file of the autossh to ask'
