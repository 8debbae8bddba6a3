#include "autossh/ssh/key_file.hpp"

#include "support/catch.hpp"

#include <string>

using namespace autossh;

namespace {

// Throw-away keys of ssh-keygen, passphrase "geheim"; they open nothing.
const std::string openssh_encrypted = R"(-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABC+CG/Z9v
NdfFAPqLS1xaUvAAAAEAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAINBRS2Bn8wX1KtWx
+10YDEF0vkFtFfheGCXu19A05vJ6AAAAkEo7l607IxxmO24C13NeR1HBeRA/lZaNEXIf6C
vPspGqBqWLdH7rr0wAC7w700SBXFrY6Wp+pt03QCi3W9cvoazDEwbdBuzJVZPGVZylXQmi
qKFK3r/MQrCkC8mkA+f6VbPSKazTCM2u+E6aoBje54G43VlzBAfc+Tyu401IwKPCpGGjZm
ZSExWr4OVN8rxsAA==
-----END OPENSSH PRIVATE KEY-----
)";
const std::string openssh_plain = R"(-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACADTivpwoY0RuBk+H1RPAcmWv11Y9eY/jx8awaTCXXOFgAAAIj1tTTK9bU0
ygAAAAtzc2gtZWQyNTUxOQAAACADTivpwoY0RuBk+H1RPAcmWv11Y9eY/jx8awaTCXXOFg
AAAECW8A9s1jwthgHpsBqYzbTQd8MNvk8WXDIhor7crrI+3QNOK+nChjRG4GT4fVE8ByZa
/XVj15j+PHxrBpMJdc4WAAAABHRlc3QB
-----END OPENSSH PRIVATE KEY-----
)";
const std::string pem_encrypted = R"(-----BEGIN EC PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-128-CBC,3B2CC317C953D310AFFC3057AAA0230A

RTxvqsvdr31uIiFXgRJeeWPrarnhMDt9a2jxeffq/fpnLazvg1PNBP0Zhan9vGJc
5AVV8ExwKGy8HWbDEvmADlCubQoayeuCVRyTcFI0Pvl9JFyIZn4QZg6fR4BXIWhB
eTLrXqEVtlbl87HlUBvAzSQtQ1MkCufCk7i2xAYKaqk=
-----END EC PRIVATE KEY-----
)";
const std::string pkcs8_encrypted = R"(-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjLPHBVZtAtXwICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEBW7T68pJpDnyzgK8FY2FYQEgZBw
cIGTsXksSytSThw1rk43DM108E8iXza1ACc+5jXEztYJiCx7iJcUSPsicFnSiNnY
G+vuYLZ4M2s5tB6hWopXO9GmbRyHUpGHn2tchCSC8DwJLOuxVN4rT2maF/upJa9q
nNQDGMrMQvj/hwUton7MVIlfwpdxd5np2GKrW+9Bpv86CzpAua3RDwEsgEYehxU=
-----END ENCRYPTED PRIVATE KEY-----
)";
const std::string pem_plain = R"(-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIFaUIpANydsZQYPZsQsepcJV09pSdYHbsT/OcA5esFz0oAoGCCqGSM49
AwEHoUQDQgAEEsY4I+pm+EVSIDGWCPMkfgbgBrvMfkthq8uKdFM9NHGi+A7SwKZW
NbyRfV4SOm4so8RnRJ3i7QQhUhyVFXYECg==
-----END EC PRIVATE KEY-----
)";

}  // namespace

TEST_CASE("Diagnostics: a key file tells whether it needs a passphrase")
{
    CHECK(needs_passphrase(openssh_encrypted));
    CHECK(needs_passphrase("a comment before it\n" + openssh_encrypted));
    CHECK(needs_passphrase(pem_encrypted));
    CHECK(needs_passphrase(pkcs8_encrypted));
    CHECK_FALSE(needs_passphrase(openssh_plain));
    CHECK_FALSE(needs_passphrase(pem_plain));
}

TEST_CASE("Diagnostics: what is no private key needs no passphrase")
{
    for (const std::string& text :
         {std::string(), std::string("junk"), std::string(100'000, '\0'),
          std::string("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG2+ ENCRYPTED"),
          std::string("-----BEGIN OPENSSH PRIVATE KEY-----\nabcdef\n-----END OPENSSH PRIVATE KEY-----\n")})
        CHECK_FALSE(needs_passphrase(text));
    // Cut off anywhere, it is read without harm; before the cipher's name nothing is known.
    for (std::size_t size = 0; size < openssh_encrypted.size(); ++size)
        CHECK(needs_passphrase(openssh_encrypted.substr(0, size)) == (size >= 75));
    // A cipher's name that claims to be 4 GiB long.
    CHECK_FALSE(needs_passphrase("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA/////2Fl\n"));
}

TEST_CASE("Secrets: how a key is protected, and what has no name is not said to be open")
{
    std::string tight = pem_encrypted;  // OpenSSL does not mind
    tight.replace(tight.find("Proc-Type: 4"), 12, "Proc-Type:4");
    CHECK(protection_of(tight) == KeyProtection::passphrase);
    CHECK(protection_of(openssh_plain) == KeyProtection::none);
    CHECK(protection_of(pem_plain) == KeyProtection::none);
    CHECK(protection_of("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG2+ me") == KeyProtection::none);
    CHECK(protection_of("sk-ssh-ed25519@openssh.com AAAA me") == KeyProtection::none);
    for (const std::string& text :
         {std::string(), std::string("junk"), std::string("PuTTY-User-Key-File-3: ssh-ed25519\n"),
          std::string("SSH PRIVATE KEY FILE FORMAT 1.1\n"), openssh_plain.substr(0, 80)})
        CHECK(protection_of(text) == KeyProtection::unknown);
}

TEST_CASE("Diagnostics: the public part of a private key is read from it, also of a locked one")
{
    const std::string part = public_part_of(openssh_encrypted);
    CHECK(part.size() == 51);
    CHECK(part.starts_with(std::string("\0\0\0\x0bssh-ed25519\0\0\0\x20", 19)));
    CHECK(public_part_of(openssh_plain).size() == 51);
    CHECK(public_part_of(openssh_plain) != part);
    for (const std::string& text :
         {pem_encrypted, pkcs8_encrypted, pem_plain, std::string("ssh-ed25519 AAAA"),
          openssh_encrypted.substr(0, 150), std::string()})
        CHECK(public_part_of(text).empty());
}
