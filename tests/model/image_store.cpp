#include <catch2/catch.hpp>

#include "sim/model/behaviour.hpp"
#include "sim/model/image.hpp"
#include "sim/model/object_id.hpp"

namespace podium::model {
namespace {

ImageReference reference(std::string_view text) { return parse_image_reference(text).value(); }
std::string parse_error(std::string_view text, ReferenceReader reader = ReferenceReader::Engine) {
    const auto parsed = parse_image_reference(text, reader);
    return parsed ? "no error" : parsed.error().message;
}

ImagePointer image(const std::string& name, std::vector<std::string> layers) {
    Image made;
    made.id = make_digest("image", name, 0);
    made.digest = make_digest("manifest", name, 0);
    made.repository = name;
    for (const std::string& layer : layers) made.layers.push_back({make_digest("layer", layer, 0), 100, 40, layer});
    return std::make_shared<const Image>(std::move(made));
}

// The lines `docker rmi` prints.
std::vector<std::string> lines(const ImageChange& change) {
    std::vector<std::string> out;
    for (const ImageChangeRecord& record : change.records) out.push_back((record.deleted ? "Deleted: " : "Untagged: ") + record.value);
    return out;
}

const ImagePointer kWeb = image("web", {"base", "web"});
const ImagePointer kDatabase = image("db", {"base", "db1", "db2"});

ImageStore stocked() {
    ImageStore store;
    CHECK(store.add(reference("nginx"), kWeb, Time{}));
    CHECK(store.add(reference("postgres:17"), kDatabase, Time{}));
    return store;
}

constexpr std::string_view kSmallCatalogue =
    "missing: [nosuch]\n"
    "default: {repository: d, summary: s, versions: [{tags: [latest], layers: [{size: 1MB}]}], run: {kind: tcp}}\n"
    "images:\n"
    "  - {repository: nginx, summary: s, newest: '1.29', versions: [{tags: [latest], layers: [{size: 1MB}]}], run: {kind: tcp}}\n"
    "  - {repository: ghcr.io/a/b, summary: s, versions: [{tags: [latest], layers: [{size: 1MB}]}], run: {kind: tcp}}\n";

}  // namespace

TEST_CASE("references: one that is read again means the same, whatever was read in between") {
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 300; ++i) {
            const std::string name = "team/app" + std::to_string(i);
            for (int again = 0; again < 2; ++again) {
                const ImageReference read = reference(name + ":v" + std::to_string(i % 7));
                CHECK(read.path == name);
                CHECK(read.tag == "v" + std::to_string(i % 7));
            }
            CHECK(reference(name).tag.empty());
        }
    }
    for (int again = 0; again < 2; ++again) {
        CHECK(parse_error("Web") == "invalid reference format: repository name must be lowercase");
        CHECK(parse_error("Web", ReferenceReader::Client) == "invalid reference format: repository name (library/Web) must be lowercase");
        CHECK(reference("web").path == "library/web");
        CHECK(parse_image_reference("web", ReferenceReader::Client)->path == "library/web");
        CHECK(parse_error("").starts_with("invalid reference format"));
    }
}

TEST_CASE("references: short names get their registry, their library and their tag") {
    CHECK(reference("nginx").full() == "docker.io/library/nginx");
    CHECK(reference("nginx").with_default_tag().full() == "docker.io/library/nginx:latest");
    CHECK(reference("nginx:1.27-alpine").tag == "1.27-alpine");
    CHECK(reference("ollama/ollama").name() == "docker.io/ollama/ollama");
    CHECK(reference("docker.io/nginx").name() == "docker.io/library/nginx");
    CHECK(reference("index.docker.io/library/nginx:1").familiar() == "nginx:1");
    CHECK(reference("ghcr.io/open-webui/open-webui:main").domain == "ghcr.io");
    CHECK(reference("localhost/x").domain == "localhost");
    CHECK(reference("localhost:5000/x:2").domain == "localhost:5000");
    CHECK(reference("localhost:5000/x:2").familiar() == "localhost:5000/x:2");
    CHECK(reference("registry.example.com/team/app__x--y.z").path == "team/app__x--y.z");
    const std::string digest = "sha256:" + std::string(64, 'e');
    CHECK(reference("nginx@" + digest).digest == digest);
    CHECK(reference("nginx:1@" + digest).familiar() == "nginx:1@" + digest);
    CHECK(reference("nginx@" + digest).with_default_tag().tag.empty());
}

TEST_CASE("references: what is no reference is refused as Docker refuses it") {
    for (const char* wrong : {"", ":", "nginx:", "nginx:a b", "-nginx", "nginx-", "a//b", "/nginx", "nginx/", "a.b/", "x@sha256:12",
                              "a_-b", "a___b", "a..b", "nginx:tag:tag", "foo/bar:1/x", "exa mple.com/x", "-a.b/x", "a.b:p/x", "nginx:.x"}) {
        INFO(wrong);
        CHECK(parse_error(wrong) == "invalid reference format");
    }
    CHECK(parse_error("Nginx") == "invalid reference format: repository name must be lowercase");
    CHECK(parse_error("Bad Image!", ReferenceReader::Client) ==
          "invalid reference format: repository name (library/Bad Image!) must be lowercase");
    CHECK(parse_error("nginx:LATEST") == "no error");
    CHECK(parse_error(std::string(64, 'a')) ==
          "invalid repository name (" + std::string(64, 'a') + "), cannot specify 64-byte hexadecimal strings");
    CHECK(parse_error(std::string(250, 'a')) == "repository name must not be more than 255 characters");
    CHECK(parse_error("x:" + std::string(129, 'a')) == "invalid reference format");
    CHECK(parse_error("x:" + std::string(128, 'a')) == "no error");
    CHECK(parse_error("x@md5:" + std::string(32, 'a')) == "unsupported digest algorithm");
    CHECK(parse_error("x@sha256:" + std::string(63, 'a')) == "invalid checksum digest length");
}

TEST_CASE("store: an image is found by name, id and unique prefix of its id") {
    const ImageStore store = stocked();
    CHECK(store.find("nginx") == kWeb);
    CHECK(store.find("docker.io/library/nginx:latest") == kWeb);
    CHECK(store.find("nginx@" + kWeb->digest) == kWeb);
    CHECK(store.find("postgres") == nullptr);
    CHECK(store.find("postgres:17") == kDatabase);
    CHECK(store.find(kWeb->id) == kWeb);
    CHECK(store.find(kWeb->id.substr(7)) == kWeb);
    CHECK(store.find(short_id(kWeb->id)) == kWeb);
    CHECK(store.find("sha256:" + short_id(kWeb->id)) == kWeb);
    CHECK(store.find("Nginx") == nullptr);
    CHECK(ImageStore::not_found("nosuch:1") == Refusal{404, "No such image: nosuch:1"});
    CHECK(ImageStore::not_found("nosuch") == Refusal{404, "No such image: nosuch:latest"});
    CHECK(ImageStore::not_found("Nosuch") == Refusal{400, "invalid reference format: repository name must be lowercase"});
}

TEST_CASE("store: an image is found by its reference, by digest whatever the tag beside it") {
    ImageStore store = stocked();
    CHECK(store.find(reference("nginx").with_default_tag()) == kWeb);
    CHECK(store.find(reference("nginx@" + kWeb->digest)) == kWeb);
    CHECK(store.find(reference("nginx:1.29@" + kWeb->digest)) == kWeb);
    CHECK(store.find(reference("ghcr.io/library/nginx:latest")) == nullptr);
    CHECK(store.find(reference("postgres").with_default_tag()) == nullptr);
    CHECK(store.find(reference(short_id(kWeb->id))) == nullptr);  // which is no name
    CHECK(store.tag("nginx", reference("mine:1")).status == 201);
    CHECK(store.find(reference("mine:1")) == kWeb);
    // Made again, one is kept as it was.
    const auto again = std::make_shared<const Image>(*kWeb);
    CHECK(store.add(reference("mine:2"), again, Time{}));
    CHECK(store.find(reference("mine:2")) == kWeb);
    CHECK_FALSE(store.add(reference("mine:2"), again, Time{}));
}

TEST_CASE("store: a pull downloads only the layers that are missing") {
    ImageStore store;
    CHECK(store.missing_layers(*kWeb).size() == 2);
    store.add(reference("nginx"), kWeb, Time{});
    CHECK(store.missing_layers(*kWeb).empty());
    CHECK(store.missing_layers(*kDatabase).size() == 2);
    CHECK(store.size_bytes() == 200);
    store.add_layer(kDatabase->layers[1]);
    CHECK(store.missing_layers(*kDatabase).size() == 1);
    CHECK(store.drop_unused_layers() == 100);
    CHECK(store.missing_layers(*kDatabase).size() == 2);
    CHECK(store.size_bytes() == 200);
}

TEST_CASE("store: the same image again is up to date, another one takes the tag and leaves the first dangling") {
    ImageStore store = stocked();
    CHECK_FALSE(store.add(reference("nginx"), kWeb, Time{}));
    const ImagePointer newer = image("web2", {"base", "web2"});
    CHECK(store.add(reference("nginx"), newer, Time{}));
    CHECK(store.find("nginx") == newer);
    const auto rows = store.list();
    REQUIRE(rows.size() == 3);
    for (const ImageRow& row : rows) {
        if (row.image == kWeb) CHECK(row.tags.empty());
        if (row.image == newer) CHECK(row.tags == std::vector<std::string>{"nginx:latest"});
    }
    const ImageChange pruned = store.prune(false, {});
    CHECK(pruned.freed_bytes == 100);
    CHECK(store.find(kWeb->id) == nullptr);
    CHECK(store.find("postgres:17") == kDatabase);
}

TEST_CASE("store: tags are added, moved and refused") {
    ImageStore store = stocked();
    const ImageChange tagged = store.tag("nginx", reference("foo:1"));
    CHECK(tagged.status == 201);
    CHECK(tagged.events[0].action == "tag");
    CHECK(tagged.events[0].name == "foo:1");
    CHECK(store.find("foo:1") == kWeb);
    CHECK(store.tag("postgres:17", reference("foo:1")).status == 201);
    CHECK(store.find("foo:1") == kDatabase);
    CHECK(store.tag("nosuch", reference("foo")).message == "No such image: nosuch:latest");
    CHECK(store.tag("nginx", reference("x@" + kWeb->digest)).status == 400);
}

TEST_CASE("store: removing one of several tags only untags, as recorded") {
    ImageStore store = stocked();
    CHECK(store.tag("nginx", reference("foo:1")).status == 201);
    CHECK(lines(store.remove("foo:1", false, true, {})) == std::vector<std::string>{"Untagged: foo:1"});
    CHECK(store.find("nginx") == kWeb);
}

TEST_CASE("store: removing the last tag deletes the image and the layers nothing else uses") {
    ImageStore store = stocked();
    const ImageChange removed = store.remove("nginx", false, true, {});
    const auto out = lines(removed);
    REQUIRE(out.size() == 4);
    CHECK(out[0] == "Untagged: nginx:latest");
    CHECK(out[1] == "Untagged: nginx@" + kWeb->digest);
    CHECK(out[2] == "Deleted: " + kWeb->id);
    CHECK(out[3].starts_with("Deleted: sha256:"));
    CHECK(removed.freed_bytes == 100);
    CHECK(removed.events.back().action == "delete");
    CHECK(store.find("nginx") == nullptr);
    CHECK(store.missing_layers(*kDatabase).empty());
}

TEST_CASE("store: an image in use keeps its only name unless forced, and then stays as long as it is used") {
    ImageStore store = stocked();
    const std::vector<ImageUser> stopped{{make_id("container", "web", 1), kWeb->id, false}};
    const std::vector<ImageUser> running{{make_id("container", "web", 1), kWeb->id, true}};
    const std::string container = short_id(stopped[0].container_id);
    const ImageChange refused = store.remove("nginx", false, true, stopped);
    CHECK(refused.status == 409);
    CHECK(refused.message == "conflict: unable to remove repository reference \"nginx\" (must force) - container " + container +
                                 " is using its referenced image " + short_id(kWeb->id));
    const std::string id = short_id(kWeb->id);
    CHECK(store.remove(id, false, true, stopped).message ==
          "conflict: unable to delete " + id + " (must be forced) - image is being used by stopped container " + container);
    CHECK(store.remove(id, true, true, running).message ==
          "conflict: unable to delete " + id + " (cannot be forced) - image is being used by running container " + container);
    const ImageChange forced = store.remove("nginx", true, true, running);
    CHECK(forced.status == 200);
    CHECK(lines(forced).size() == 2);
    CHECK(store.find(id) == kWeb);
    CHECK(store.remove(id, true, true, stopped).status == 200);
    CHECK(store.find(id) == nullptr);
}

TEST_CASE("store: by id an image with several repositories has to be forced, and then loses all names") {
    ImageStore store = stocked();
    CHECK(store.tag("nginx", reference("other")).status == 201);
    const std::string id = short_id(kWeb->id);
    const ImageChange refused = store.remove(id, false, true, {});
    CHECK(refused.status == 409);
    CHECK(refused.message == "conflict: unable to delete " + id + " (must be forced) - image is referenced in multiple repositories");
    const ImageChange forced = store.remove(id, true, true, {});
    CHECK(forced.status == 200);
    CHECK(lines(forced)[0] == "Untagged: nginx:latest");
    CHECK(store.find("other") == nullptr);
}

TEST_CASE("store: prune with all takes what no container uses") {
    ImageStore store = stocked();
    CHECK(store.prune(false, {}).records.empty());
    const std::vector<ImageUser> users{{make_id("container", "web", 1), kWeb->id, false}};
    const ImageChange pruned = store.prune(true, users);
    CHECK(pruned.freed_bytes == 200);
    CHECK(store.find("nginx") == kWeb);
    CHECK(store.find("postgres:17") == nullptr);
    CHECK(store.remove("nosuch:1", true, true, {}).message == "No such image: nosuch:1");
}

TEST_CASE("registries: a known image is answered, a wrong tag or name refused with the engine's sentence") {
    const Catalogue catalogue = parse_catalogue(kSmallCatalogue, "c").value();
    Registries registries;
    const PullAnswer good = registries.resolve(catalogue, reference("nginx:1.27"));
    CHECK(good.status == 200);
    CHECK(good.image != nullptr);
    CHECK_FALSE(good.unknown);
    CHECK(good.takes > Duration{});
    const PullAnswer tag = registries.resolve(catalogue, reference("nginx:1.161"));
    CHECK(tag.status == 404);
    CHECK(tag.message == "manifest for nginx:1.161 not found: manifest unknown: manifest unknown");
    CHECK(registries.resolve(catalogue, reference("nosuch:latest")).message ==
          "pull access denied for nosuch, repository does not exist or may require 'docker login': denied: requested access to the "
          "resource is denied");
}

TEST_CASE("registries: an unknown image is served with the default profile, and says what may have been meant") {
    const Catalogue catalogue = parse_catalogue(kSmallCatalogue, "c").value();
    Registries registries;
    const PullAnswer unknown = registries.resolve(catalogue, reference("ngnix:latest"));
    CHECK(unknown.status == 200);
    CHECK(unknown.unknown);
    registries.set_serves_unknown(false);
    CHECK(registries.resolve(catalogue, reference("team/app:1")).status == 404);
    CHECK(registries.resolve(catalogue, reference("ghcr.io/a/c:1")).message == "Head \"https://ghcr.io/v2/a/c/manifests/1\": denied");
    CHECK(registries.resolve(catalogue, reference("lab:5000/c:1")).message ==
          "manifest for lab:5000/c:1 not found: manifest unknown: manifest unknown");
}

TEST_CASE("registries: an outage is answered as the engine says it, and ends") {
    const Catalogue catalogue = parse_catalogue(kSmallCatalogue, "c").value();
    Registries registries;
    registries.set_state("docker.io", RegistryState::Unreachable);
    const PullAnswer away = registries.resolve(catalogue, reference("nginx:latest"));
    CHECK(away.status == 500);
    CHECK(away.takes == seconds(15));
    CHECK(away.message ==
          "Get \"https://registry-1.docker.io/v2/\": net/http: request canceled while waiting for connection (Client.Timeout "
          "exceeded while awaiting headers)");
    CHECK(registries.resolve(catalogue, reference("ghcr.io/a/b:latest")).status == 200);
    registries.set_state("docker.io", RegistryState::Failing);
    CHECK(registries.resolve(catalogue, reference("nginx:latest")).message ==
          "received unexpected HTTP status: 503 Service Unavailable");
    registries.set_state("docker.io", RegistryState::Available);
    CHECK(registries.resolve(catalogue, reference("nginx:latest")).status == 200);
}

TEST_CASE("registries: a damaged image is announced, and a pushed one comes first") {
    const Catalogue catalogue = parse_catalogue(kSmallCatalogue, "c").value();
    Registries registries;
    registries.set_corrupt(reference("nginx"), true);
    CHECK(registries.resolve(catalogue, reference("nginx:latest")).corrupt);
    registries.set_corrupt(reference("nginx"), false);
    CHECK_FALSE(registries.resolve(catalogue, reference("nginx:latest")).corrupt);
    registries.push(reference("localhost:5000/web:2"), kWeb);
    CHECK(registries.resolve(catalogue, reference("localhost:5000/web:2")).image == kWeb);
    CHECK(corrupt_layer_message(kWeb->layers[0]) == "filesystem layer verification failed for digest " + kWeb->layers[0].digest);
}

}  // namespace podium::model
