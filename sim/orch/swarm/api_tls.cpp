// What a cluster shows of its certificate authority: its root certificate, whom that is of, join
// tokens and unlock keys. Nothing here protects anything. All of it follows from the cluster's id,
// so that a run shows the same each time; the certificate is put together as swarmkit's are
// (ca/certificates.go: ECDSA on P-256, for 20 years), with bytes by chance for keys and signature.

#include <array>
#include <nlohmann/json.hpp>

#include "sim/base/calendar.hpp"
#include "sim/base/random.hpp"
#include "sim/base/sha256.hpp"
#include "sim/orch/swarm/api_json.hpp"
#include "sim/orch/swarm/api_parts.hpp"
#include "sim/orch/swarm/api_write.hpp"

namespace podium::swarm {
namespace {

using namespace std::string_literals;

/// Bytes that look like chance. The first is 0x01…0x7f, so that they are a positive number.
std::string random_bytes(std::string_view purpose, std::string_view cluster_id, std::size_t count) {
    RandomStream stream(hash_text(purpose), hash_text(cluster_id), count);
    std::string out;
    for (std::size_t i = 0; i < count; ++i)
        out.push_back(static_cast<char>(i == 0 ? 1 + stream.below(0x7f) : stream.below(0x100)));
    return out;
}

// --- DER, as far as it is needed
// -------------------------------------------------------------------

std::string der(unsigned char tag, const std::string& content) {
    constexpr std::size_t kShort = 0x80;
    std::string out(1, static_cast<char>(tag));
    if (content.size() >= 0x100) {
        out += '\x82';
        out += static_cast<char>(content.size() >> 8);
    } else if (content.size() >= kShort) {
        out += '\x81';
    }
    out += static_cast<char>(content.size() & 0xff);
    return out + content;
}

std::string sequence(const std::string& content) {
    return der(0x30, content);
}

std::string integer(const std::string& bytes) {
    return der(0x02, bytes);
}

std::string bit_string(const std::string& bytes) {
    return der(0x03, "\0"s + bytes);
}

std::string object_id(const std::string& bytes) {
    return der(0x06, bytes);
}

const std::string& ecdsa_with_sha256() {
    static const std::string kId = sequence(object_id("\x2a\x86\x48\xce\x3d\x04\x03\x02"s));
    return kId;
}

/// CN=swarm-ca.
std::string subject() {
    return sequence(der(0x31, sequence(object_id("\x55\x04\x03"s) + der(0x13, "swarm-ca"))));
}

std::string public_key(std::string_view cluster_id) {
    const std::string curve = sequence(object_id("\x2a\x86\x48\xce\x3d\x02\x01"s) +
                                       object_id("\x2a\x86\x48\xce\x3d\x03\x01\x07"s));
    return sequence(curve + bit_string("\x04" + random_bytes("swarm ca key", cluster_id, 64)));
}

std::string utc_time(Time time) {
    const CivilTime civil = civil_time(time);
    return der(0x17,
               fmt::format("{:02}{:02}{:02}{:02}{:02}00Z",
                           civil.year % 100,
                           civil.month,
                           civil.day,
                           civil.hour,
                           civil.minute));
}

std::string extension(const std::string& id, bool critical, const std::string& value) {
    return sequence(object_id(id) + (critical ? "\x01\x01\xff"s : ""s) + der(0x04, value));
}

// The first root goes by the swarm's id alone.
std::string root_name(std::string_view cluster_id, std::uint32_t root) {
    return root == 0 ? std::string(cluster_id) : fmt::format("{} root {}", cluster_id, root);
}

std::string certificate(const Cluster& cluster, std::uint32_t root) {
    const std::string id = root_name(cluster.meta.id, root);
    constexpr Duration kBackdated = minutes(5);
    constexpr Duration kValid = hours(24 * 365 * 20);
    const Time made = root == 0 ? cluster.meta.created : cluster.roots[root - 1];
    const Time begin = made - kBackdated;
    const std::string validity = sequence(utc_time(begin) + utc_time(begin + kValid));
    const std::string extensions =
        extension("\x55\x1d\x0f"s, true, "\x03\x02\x01\x06"s) +  // key usage: signs certificates
        extension(
            "\x55\x1d\x13"s, true, "\x30\x03\x01\x01\xff"s) +  // basic constraints: an authority
        extension("\x55\x1d\x0e"s, false, der(0x04, random_bytes("swarm ca key id", id, 20)));
    const std::string body =
        sequence(der(0xa0, "\x02\x01\x02"s) + integer(random_bytes("swarm ca serial", id, 20)) +
                 ecdsa_with_sha256() + subject() + validity + subject() + public_key(id) +
                 der(0xa3, sequence(extensions)));
    const std::string signature = sequence(integer(random_bytes("swarm ca signature r", id, 32)) +
                                           integer(random_bytes("swarm ca signature s", id, 32)));
    return sequence(body + ecdsa_with_sha256() + bit_string(signature));
}

std::string pem(const std::string& bytes) {
    constexpr std::size_t kLine = 64;
    const std::string text = base64(bytes);
    std::string out = "-----BEGIN CERTIFICATE-----\n";
    for (std::size_t i = 0; i < text.size(); i += kLine)
        out += text.substr(i, kLine) + "\n";
    return out + "-----END CERTIFICATE-----\n";
}

std::string base36(std::string_view purpose,
                   std::string_view id,
                   std::uint64_t number,
                   std::size_t length) {
    constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
    RandomStream stream(hash_text(purpose), hash_text(id), number);
    std::string out(length, '0');
    for (char& digit : out)
        digit = kDigits[stream.below(kDigits.size())];
    return out;
}

}  // namespace

Json tls_json(const Cluster& cluster, std::uint32_t trusted, std::uint32_t issuer) {
    Json out;
    out["TrustRoot"] = pem(certificate(cluster, trusted));
    out["CertIssuerSubject"] = base64(subject());
    out["CertIssuerPublicKey"] = base64(public_key(root_name(cluster.meta.id, issuer)));
    return out;
}

std::string join_token(std::string_view cluster_id, Role role, std::uint64_t rotation, std::uint32_t root) {
    // ca/config.go, GenerateJoinToken: 50 digits of the certificate's digest, 25 of a secret.
    constexpr std::size_t kDigest = 50;
    constexpr std::size_t kSecret = 25;
    const std::string_view purpose =
        role == Role::Manager ? "swarm manager token" : "swarm worker token";
    return fmt::format("SWMTKN-1-{}-{}",
                       base36("swarm ca digest", cluster_id, root, kDigest),
                       base36(purpose, cluster_id, rotation, kSecret));
}

std::string unlock_key(std::string_view cluster_id, std::uint64_t rotation) {
    // manager/encryption, HumanReadableKey: 32 bytes in base 64 without padding.
    constexpr std::size_t kKeyBytes = 32;
    return "SWMKEY-1-" +
           base64(random_bytes(fmt::format("swarm unlock key {}", rotation), cluster_id, kKeyBytes),
                  false);
}

}  // namespace podium::swarm
