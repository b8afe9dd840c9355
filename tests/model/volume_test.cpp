#include <catch2/catch.hpp>

#include "tests/model/answers_fixture.hpp"

namespace podium::model {
namespace {

Mount volume_at(const std::string& source, const std::string& target, bool read_only = false) {
    Mount mount;
    mount.source = source;
    mount.target = target;
    mount.read_only = read_only;
    return mount;
}

Mount bind_at(const std::string& source, const std::string& target, bool create) {
    Mount mount = volume_at(source, target);
    mount.kind = MountKind::Bind;
    mount.create_host_path = create;
    return mount;
}

ContainerSpec with(std::vector<Mount> mounts, const std::string& image = "busybox") {
    ContainerSpec spec = EngineWorld::shell_spec();
    spec.image = image;
    spec.mounts = std::move(mounts);
    return spec;
}

std::vector<std::string> volume_names(const EngineWorld& w) {
    std::vector<std::string> out;
    for (const VolumeId id : volumes_of(w.world, w.host))
        out.push_back(w.world.volume(id).name);
    return out;
}

int count(const World& world, FactKind kind) {
    int n = 0;
    for (FactId id = world.kernel.journal().first(); id <= world.kernel.journal().last();
         ++id.value)
        n += world.kernel.journal().at(id).kind == kind ? 1 : 0;
    return n;
}

}  // namespace

TEST_CASE("volumes: a named one is made once and kept by all who name it") {
    EngineWorld w;
    const ContainerId a = w.made(with({volume_at("data", "/data")}), "aa");
    const ContainerId b = w.made(with({volume_at("data", "/x")}), "bb");
    CHECK(volume_names(w) == std::vector<std::string>{"data"});
    CHECK(count(w.world, kFactVolumeCreate) == 1);
    Refusal refusal;
    const VolumeId data = find_volume(w.world, w.host, "data", refusal);
    CHECK(remove_volume(w.world, w.host, data, false) ==
          Refusal{409,
                  "remove data: volume is in use - [" + container_id_text(w.world, a) + ", " +
                      container_id_text(w.world, b) + "]"});
    forget_mounts(w.world, a, true);
    forget_mounts(w.world, b, true);
    CHECK(volume_names(w).size() == 1);  // -v takes anonymous ones only
    CHECK(remove_volume(w.world, w.host, data, false).status == 0);
    CHECK_FALSE(find_volume(w.world, w.host, "data", refusal));
    CHECK(refusal == Refusal{404, "get data: no such volume"});
    CHECK(count(w.world, kFactVolumeDestroy) == 1);
}

TEST_CASE("volumes: an empty one gets what the image has there, a full one keeps its own") {
    EngineWorld w;
    w.made(with({volume_at("data", "/data")}), "aa");
    Refusal refusal;
    Volume& data = w.world.volume(find_volume(w.world, w.host, "data", refusal));
    REQUIRE(data.files.find("/seed.txt") != nullptr);
    CHECK(data.files.find("/seed.txt")->content == "seed\n");
    CHECK(data.files.is_directory("/sub"));
    CHECK(data.files.find("/motd") == nullptr);
    w.world.volume(find_volume(w.world, w.host, "data", refusal))
        .files.write("/seed.txt", "mine\n", Time{});
    w.made(with({volume_at("data", "/data")}), "bb");
    CHECK(w.world.volume(find_volume(w.world, w.host, "data", refusal))
              .files.find("/seed.txt")
              ->content == "mine\n");
    Mount bare = volume_at("bare", "/data");
    bare.no_copy = true;
    w.made(with({bare}), "cc");
    CHECK(w.world.volume(find_volume(w.world, w.host, "bare", refusal)).files.nodes().empty());
}

TEST_CASE("volumes: anonymous ones have 64 digits, stay over restarts and go with rm -v") {
    EngineWorld w;
    const ContainerId a = w.made(with({}, "keeper"), "aa");
    REQUIRE(volume_names(w).size() == 1);
    const std::string name = volume_names(w).front();
    CHECK(name.size() == 64);
    REQUIRE(w.start(a).status == 0);
    w.stop(a);
    REQUIRE(w.start(a).status == 0);
    w.stop(a);
    CHECK(volume_names(w) == std::vector<std::string>{name});
    CHECK(count(w.world, kFactVolumeMount) == 2);
    CHECK(count(w.world, kFactVolumeUnmount) == 2);
    forget_mounts(w.world, a, false);
    CHECK(volume_names(w).size() == 1);
    const ContainerId b = w.made(with({}, "keeper"), "bb");
    CHECK(volume_names(w).size() == 2);
    forget_mounts(w.world, b, true);
    CHECK(volume_names(w).size() == 1);
}

TEST_CASE("volumes: a mount at the image's target takes the place of the anonymous volume") {
    EngineWorld w;
    w.made(with({volume_at("named", "/data/")}, "keeper"), "aa");
    CHECK(volume_names(w) == std::vector<std::string>{"named"});
}

TEST_CASE(
    "volumes-from: shares the mounts, and a shared anonymous volume stays until the last user") {
    EngineWorld w;
    const ContainerId a = w.made(with({bind_at("/srv", "/srv", true)}, "keeper"), "aa");
    ContainerSpec spec = EngineWorld::shell_spec();
    spec.volumes_from = {"aa:ro"};
    const ContainerId b = w.made(spec, "bb");
    REQUIRE(w.world.detail(b).mounts.size() == 2);
    CHECK(w.world.detail(b).mounts[0].mount.read_only);
    forget_mounts(w.world, a, true);
    CHECK(volume_names(w).size() == 1);
    forget_mounts(w.world, b, true);
    CHECK(volume_names(w).empty());
    spec.volumes_from = {"nosuch"};
    CHECK(w.create(spec, "cc").refusal == Refusal{404, "No such container: nosuch"});
}

TEST_CASE("mounts: -v makes a missing host folder at the start, --mount refuses it at create") {
    EngineWorld w;
    const ContainerId a = w.made(with({bind_at("/srv/site", "/www", true)}), "aa");
    CHECK_FALSE(w.world.host(w.host).files.is_directory("/srv/site"));
    REQUIRE(w.start(a).status == 0);
    CHECK(w.world.host(w.host).files.is_directory("/srv/site"));
    CHECK(
        w.create(with({bind_at("/nope", "/www", false)}), "bb").refusal ==
        Refusal{400,
                "invalid mount config for type \"bind\": bind source path does not exist: /nope"});
    CHECK(w.create(with({bind_at("/srv/site", "/www", false)}), "cc").refusal.status == 0);
}

TEST_CASE("mounts: what is no mount is refused in the engine's words") {
    EngineWorld w;
    const auto refused = [&](std::vector<Mount> mounts) {
        return w.create(with(std::move(mounts)), "").refusal;
    };
    CHECK(refused({volume_at("a1", "/x"), volume_at("b1", "/x/")}) ==
          Refusal{400, "Duplicate mount point: /x"});
    CHECK(refused({volume_at("data", "x")}) ==
          Refusal{400,
                  "invalid volume specification: 'data:x': invalid mount config for type "
                  "\"volume\": invalid mount path: 'x' mount path must be absolute"});
    CHECK(refused({volume_at("data", "/")}).message ==
          "invalid volume specification: 'data:/': invalid mount config for type \"volume\": "
          "invalid specification: destination can't be '/'");
    CHECK(
        refused({volume_at("a", "/x")}).message ==
        "create a: volume name is too short, names should be at least two alphanumeric characters");
    CHECK(refused({volume_at("sub/dir", "/x")}).message ==
          "create sub/dir: \"sub/dir\" includes invalid characters for a local volume name, only "
          "\"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If "
          "you intended to pass a host directory, use absolute path");
    // A refused create leaves no anonymous volume behind.
    CHECK(refused({volume_at("", "/x"), volume_at("b1", "/x")}).status == 400);
    CHECK(volume_names(w) == std::vector<std::string>{"a1"});
}

TEST_CASE("mounts: tmpfs starts empty each time") {
    EngineWorld w;
    Mount mount = volume_at("", "/run");
    mount.kind = MountKind::Tmpfs;
    const ContainerId a = w.made(with({mount}), "aa");
    REQUIRE(w.start(a).status == 0);
    w.world.detail(a).mounts[0].tmpfs.write("/pid", "1", Time{});
    w.stop(a);
    REQUIRE(w.start(a).status == 0);
    CHECK(w.world.detail(a).mounts[0].tmpfs.nodes().empty());
    CHECK(count(w.world, kFactVolumeMount) == 0);
}

TEST_CASE("volumes: the bytes of a removed one are free again") {
    EngineWorld w;
    const std::int64_t before = w.world.host(w.host).disk_used_bytes;
    const ContainerId a = w.made(with({volume_at("data", "/data")}), "aa");
    CHECK(w.world.host(w.host).disk_used_bytes == before + 5);
    forget_mounts(w.world, a, false);
    Refusal refusal;
    REQUIRE(remove_volume(w.world, w.host, find_volume(w.world, w.host, "data", refusal), false)
                .status == 0);
    CHECK(w.world.host(w.host).disk_used_bytes == before);
}

}  // namespace podium::model
