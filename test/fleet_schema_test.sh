#!/bin/bash
# share/fleet.schema.json, which editors complete and check the file of many tunnels by: it takes the examples, refuses
# what the program refuses, and has each key that the program has. Skipped by name (exit status 77) where Python's
# tomllib or jsonschema is missing.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
if ! python3 -c 'import jsonschema, tomllib' 2>/dev/null; then
    echo 'SKIPPED: schema of the fleet: Python with tomllib and jsonschema (python3-jsonschema) is not installed'
    exit 77
fi
exec python3 - share/fleet/*.toml share/fleet/*/*.toml share/fleet/*/*/*.toml <<'END'
import json
import re
import sys
import tomllib

import jsonschema

failed = False


def fail(words):
    global failed
    print('fleet_schema_test:', words)
    failed = True


with open('share/fleet.schema.json', encoding='utf-8') as file:
    schema = json.load(file)
jsonschema.Draft4Validator.check_schema(schema)
if schema['$schema'] != 'http://json-schema.org/draft-04/schema#':
    fail('taplo takes no schema but one of draft 4')
validator = jsonschema.Draft4Validator(schema)

for path in sys.argv[1:]:
    with open(path, encoding='utf-8') as file:
        text = file.read()
    if not text.startswith('#:schema file:///usr/share/autossh/fleet.schema.json\n'):
        fail(f'{path}: its first line does not name the schema')
    for error in validator.iter_errors(tomllib.loads(text)):
        fail(f'{path}: {error.json_path}: {error.message}')

good = [
    '[tunnel.db]', '[tunnel.a]\npoll = 30', '[tunnel.a]\nplain = true\nmonitor = 0', '[tunnel.a]\nshare = "/run/s"',
    '[tunnel.a]\nmonitor = "auto:/run/echo"', '[tunnel.a]\nenvironment = { A = "b" }', '[tunnel.a]\noptions = "-v -C"',
    '[hub]\nlisten = 7700', '[hub]\nlisten = ["127.0.0.1:7700", "[::1]:7", "/run/e"]\nexpect = ["n*"]\nlost = 4\nforget = "9d"',
    '[metrics]\nfile = "a.prom"', '[metrics]\nlisten = "127.0.0.1:9101"\ninterval = "1m"', '[metrics]\nlisten = "[::1]:9101"',
    '[[hook]]\nrun = ["./page"]\non = ["down", "fleet-down"]\nafter = "60s"\nbatch = 0\ntunnels = ["@a"]',
    '[range.a]\nname = "n{n}"\nvars = { n = ["1", 2] }', '[fleet]\nname = "f"\n[log]\nfile = "l"\nlevel = 0',
]
bad = [
    'tunnel = 3', '[tunel.a]', '[tunnel."a b"]', '[tunnel.-a]', '[tunnel.a]\npol = 3', '[tunnel.a]\npoll = true',
    '[tunnel.a]\nlocal = "8080:a:80"', '[tunnel.a]\nlocal = { x = { need = "wanted" } }',
    '[tunnel.a]\nlocal = { x = { spec = "1:a:1", need = "urgent" } }', '[tunnel.a]\nrestart = "sometimes"',
    '[tunnel.a]\nmonitor = "auto:"', '[tunnel.a]\nmonitor = 70000', '[tunnel.a]\nlog-file = "x"',
    '[tunnel.a]\nvars = { n = "1..2" }', '[tunnel.a]\nmessage = "' + 65 * 'x' + '"', '[range.a]\nname = "x"',
    '[template.a]\ntemplate = "b"', '[defaults]\nname = "x"', '[log]\nlevel = 8', '[log]\nformat = "xml"',
    '[hook]\nrun = ["a"]\non = ["up"]', '[[hook]]\nrun = ["a"]', '[[hook]]\nrun = "a"\non = ["up"]', '[[hook]]\nrun = ["a"]\non = ["dwn"]',
    '[hub]', '[hub]\nlisten = "example.org:7700"', '[hub]\nlisten = 7700\nlate = 0', '[hub]\nlisten = []', '[hub]\nlisten = 1\nexpct = "a"',
    '[metrics]', '[metrics]\nlisten = "0.0.0.0:9101"', '[metrics]\nfile = ""', '[metrics]\nport = 9101',
    '[fleet]\nnam = "x"', 'include = "*.toml"', '[tunnel.a]\nplain = "yes"', '[tunnel.a]\nmax-start = "3"',
]
for text in good:
    if not validator.is_valid(tomllib.loads(text)):
        fail(f'refused: {text!r}')
for text in bad:
    if validator.is_valid(tomllib.loads(text)):
        fail(f'taken: {text!r}')


def matches(path, pattern):
    with open(path, encoding='utf-8') as file:
        return re.findall(pattern, file.read())


def between(path, begin, end):
    with open(path, encoding='utf-8') as file:
        return re.findall(r'\n    \{"([\w-]+)"', file.read().split(begin)[1].split(end)[0])


options = {option for option, scope in
           matches('src/settings/table.cpp', r'Setting\{"AUTOSSH_\w+",\s*"([\w-]+)",\s*Scope::(\w+)') if scope == 'tunnel'}
for_all = options - {'port'} | set(between('src/settings/fleet_keys.cpp', 'constexpr TunnelKey tunnel_keys', '};\n\n'))
of_range = set(between('src/settings/fleet_keys.cpp', 'constexpr TunnelKey range_keys', '};\n\n'))
if len(options) < 20 or 'host' not in for_all or 'vars' not in of_range:
    fail('the keys are not found in the sources any more')
for part, keys in {'keysForAll': for_all, 'tunnel': for_all | {'template'}, 'range': for_all | of_range}.items():
    for key in sorted(keys - set(schema['definitions'][part]['properties'])):
        fail(f'definition "{part}" has no "{key}"')
sys.exit(failed)
END
