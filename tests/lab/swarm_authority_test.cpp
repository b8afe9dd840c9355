// docker swarm ca: the root of a swarm's certificates, and its rotation, by typed lines.

#include <catch2/catch.hpp>

#include "tests/lab/swarm_lines.hpp"

namespace podium::lab::typed {
namespace {

constexpr const char* kTlsStatus = "docker node ls --format '{{.Hostname}} {{.TLSStatus}}'";

std::string digest_of(const std::string& token) { return token.substr(9, 50); }

}  // namespace

TEST_CASE("swarm ca --rotate: every node gets a certificate, then the new root, and tokens name it") {
    SwarmLines swarm;
    const std::string old_root = swarm.run("docker swarm ca").out;
    CHECK(old_root.starts_with("-----BEGIN CERTIFICATE-----\n"));
    const std::string old_token = swarm.run("docker swarm join-token -q worker").out;
    CHECK(swarm.run("docker swarm ca --cert-expiry 48h").out == "`--cert-expiry` flag requires the `--rotate` flag to update the CA\n");
    CHECK(has(swarm.run("docker swarm ca", "swarm-moe").out, "This node is not a swarm manager."));
    CHECK(count(swarm.run(kTlsStatus).out, " Ready") == 3);
    const Time begun = swarm.session().now();
    const auto rotated = swarm.run("docker swarm ca --rotate --cert-expiry 48h");
    INFO(rotated.out);
    REQUIRE(rotated.status == 0);
    // The reconciler looks every 3 s: at the second look all nodes have their certificates.
    CHECK((swarm.session().now() - begun).seconds() == Approx(3.7).margin(0.6));
    CHECK(rotated.out.starts_with("desired root digest: \n  rotated TLS certificates: \n  rotated CA certificates:  \ndesired root digest: sha256:"));
    const std::string root = swarm.run("docker swarm ca").out;
    CHECK(root != old_root);
    CHECK(rotated.out.ends_with(root));
    CHECK(count(swarm.run(kTlsStatus).out, " Ready") == 3);
    const std::string token = swarm.run("docker swarm join-token -q worker").out;
    CHECK(digest_of(token) != digest_of(old_token));
    CHECK(has(swarm.run("docker info").out, "Expiry Duration: 2 days"));
    // Who comes with the old token does not trust what it finds.
    REQUIRE(swarm.run("docker swarm leave", "swarm-moe").status == 0);
    const std::string old_join = "docker swarm join --token " + old_token.substr(0, old_token.size() - 1) + " 10.77.0.11:2377";
    CHECK(has(swarm.run(old_join, "swarm-moe").out, "remote CA does not match fingerprint. Expected: "));
    const std::string join = "docker swarm join --token " + token.substr(0, token.size() - 1) + " 10.77.0.11:2377";
    swarm.wait(15);
    CHECK(swarm.run("docker node rm swarm-moe").status == 0);
    CHECK(swarm.run(join, "swarm-moe").status == 0);
    // A second rotation goes on from there.
    CHECK(swarm.run("docker swarm ca --rotate --quiet").out.empty());
    CHECK(swarm.run("docker swarm ca").out != root);
}

TEST_CASE("swarm ca --rotate -d: nodes need rotation until they have it, and one that is away holds it up") {
    SwarmLines swarm;
    const std::string old_root = swarm.run("docker swarm ca").out;
    swarm.inject("power-loss swarm-moe");
    swarm.wait(20);
    const std::string token = swarm.run("docker swarm join-token -q worker").out;
    CHECK(swarm.run("docker swarm ca --rotate -d").out.empty());
    CHECK(count(swarm.run(kTlsStatus).out, "Needs Rotation") == 3);
    swarm.wait(30);
    const std::string status = swarm.run(kTlsStatus).out;
    INFO(status);
    CHECK(has(status, "swarm-larry Ready"));
    CHECK(has(status, "swarm-curly Ready"));
    CHECK(has(status, "swarm-moe Needs Rotation"));
    CHECK(has(swarm.run("docker info --format '{{json .Swarm.Cluster.RootRotationInProgress}}'").out, "true"));
    CHECK(swarm.run("docker swarm join-token -q worker").out == token);
    CHECK(swarm.run("docker swarm ca").out == old_root);
    swarm.lift("power-loss swarm-moe");
    swarm.wait(30);
    CHECK(count(swarm.run(kTlsStatus).out, " Ready") == 3);
    CHECK(swarm.run("docker swarm join-token -q worker").out != token);
    CHECK(swarm.run("docker swarm ca").out != old_root);
}

}  // namespace podium::lab::typed
