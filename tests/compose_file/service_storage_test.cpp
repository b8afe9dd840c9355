// One test for each attribute of a service about files, volumes and devices, in alphabetical order.

#include <catch2/catch.hpp>

#include "tests/compose_file/support.hpp"

using namespace podium;
using namespace podium::compose;
using namespace podium::compose::test;

TEST_CASE("service configs: short and long") {
    const std::string tail = "configs: {c: {content: hi}}\n";
    const Project project = load_ok(
        tail + web("configs:\n  - c\n  - {source: c, target: /x, uid: '1', gid: '2', mode: 0440}"));
    const auto& configs = project.services[0].configs;
    REQUIRE(configs.size() == 2);
    CHECK(configs[0].target == "/c");
    CHECK(configs[1].target == "/x");
    CHECK(configs[1].user == "1");
    CHECK(configs[1].group == "2");
    CHECK(configs[1].mode == 0440);
}

TEST_CASE("service device_cgroup_rules are read and not simulated") {
    check_listed("device_cgroup_rules: ['c 1:3 mr']", "device_cgroup_rules");
}

TEST_CASE("service devices: short and long, not simulated") {
    const std::string lines =
        "devices:\n  - /dev/a\n  - /dev/b:/dev/c:r\n  - {source: /dev/d, target: /dev/e, "
        "permissions: w}";
    CHECK(web_service(lines).devices ==
          Texts{"/dev/a:/dev/a:rwm", "/dev/b:/dev/c:r", "/dev/d:/dev/e:w"});
    check_listed(lines, "devices");
    CHECK(load_error(web("devices: ['a:b:c:d']")).message ==
          "confusing device mapping, please use long syntax: a:b:c:d");
}

TEST_CASE("service env_file: a string, a list, the long form") {
    const auto files = web_service(
                           "env_file:\n  - {path: a.env, required: false}\n  - {path: /b.env, "
                           "required: false, format: raw}")
                           .env_file;
    REQUIRE(files.size() == 2);
    CHECK(files[0].path == "/app/a.env");
    CHECK_FALSE(files[0].required);
    CHECK(files[1].format == "raw");
    Files present{{"/app/compose.yaml", web("env_file: a.env")}, {"/app/a.env", "A=1"}};
    CHECK(shown(load_ok(request_for(present)).services[0].environment) == "A=1");
    CHECK(load_error(web("env_file: [{path: x, required: false, format: ini}]")).message ==
          "unsupported env_file format \"ini\"");
}

TEST_CASE("service label_file: labels from files, under those written") {
    Files files{{"/app/compose.yaml", web("label_file: [a.labels]\nlabels: {two: mine}")},
                {"/app/a.labels", "one=1\ntwo=2\n"}};
    CHECK(shown(load_ok(request_for(files)).services[0].labels) == "one=1 two=mine");
    CHECK(load_error(web("label_file: nope")).message ==
          "label file /app/nope not found: stat /app/nope: no such file or directory");
}

TEST_CASE("service secrets: short and long") {
    const std::string tail = "secrets: {s: {environment: HOME}}\n";
    const Project project = load_ok(
        tail +
        web("secrets:\n  - s\n  - {source: s, target: name, uid: '103', gid: '104', mode: '0400'}\n"
            "  - {source: s, target: /etc/x}"));
    const auto& secrets = project.services[0].secrets;
    REQUIRE(secrets.size() == 3);
    CHECK(secrets[0].target == "/run/secrets/s");
    CHECK(secrets[1].target == "/run/secrets/name");
    CHECK(secrets[1].mode == 0400);
    CHECK(secrets[2].target == "/etc/x");
}

TEST_CASE("service shm_size is read and not simulated") {
    CHECK(web_service("shm_size: 64M").shm_size == 67'108'864);
    check_listed("shm_size: 64M", "shm_size");
}

TEST_CASE("service storage_opt is read and not simulated") {
    check_listed("storage_opt: {size: 1G}", "storage_opt");
}

TEST_CASE("service tmpfs: a string or a list") {
    CHECK(web_service("tmpfs: /run").tmpfs == Texts{"/run"});
    CHECK(web_service("tmpfs: ['/run:size=64m', /tmp]").tmpfs == Texts{"/run:size=64m", "/tmp"});
}

TEST_CASE("service volumes: every short form") {
    const std::string volumes = "volumes: {data: {}}\n";
    const Project project = load_ok(
        volumes + web("volumes:\n  - /anonymous\n  - data:/named\n  - ./here:/bind\n  - "
                      "/abs:/abs:ro\n  - ~/h:/home\n"
                      "  - ../up:/up:rw,Z\n  - data:/other/../clean:ro,nocopy\n  - /p:/p:rshared"));
    const auto& mounts = project.services[0].volumes;
    REQUIRE(mounts.size() == 8);
    CHECK(mounts[0].type == MountType::Volume);
    CHECK(mounts[0].source.empty());
    CHECK(mounts[1].source == "data");
    CHECK(mounts[2].type == MountType::Bind);
    CHECK(mounts[2].source == "/app/here");
    CHECK(mounts[2].create_host_path);
    CHECK(mounts[3].read_only);
    CHECK(mounts[4].source == "/home/me/h");
    CHECK(mounts[5].source == "/up");
    CHECK(mounts[5].selinux == "Z");
    CHECK(mounts[6].target == "/clean");
    CHECK(mounts[6].nocopy);
    CHECK(mounts[7].propagation == "rshared");
}

TEST_CASE("service volumes: the long forms") {
    const std::string volumes = "volumes: {data: {}}\n";
    const Project project = load_ok(
        volumes + web("volumes:\n"
                      "  - {type: volume, source: data, target: /d, read_only: true, volume: "
                      "{nocopy: true, subpath: s, labels: [a=b]}}\n"
                      "  - {type: bind, source: ./x, target: /x, bind: {propagation: rslave, "
                      "create_host_path: false, selinux: z, recursive: disabled}}\n"
                      "  - {type: tmpfs, target: /t, tmpfs: {size: 64m, mode: 0700}}\n"
                      "  - {type: image, source: busybox, target: /i, image: {subpath: bin}}\n"
                      "  - {type: npipe, source: p, target: /p}\n"
                      "  - {type: cluster, source: c, target: /c, consistency: cached}"));
    const auto& mounts = project.services[0].volumes;
    REQUIRE(mounts.size() == 6);
    CHECK(mounts[0].nocopy);
    CHECK(mounts[0].subpath == "s");
    CHECK(shown(mounts[0].volume_labels) == "a=b");
    CHECK(mounts[1].source == "/app/x");
    CHECK_FALSE(mounts[1].create_host_path);
    CHECK(mounts[1].recursive == "disabled");
    CHECK(mounts[2].type == MountType::Tmpfs);
    CHECK(mounts[2].tmpfs_size_bytes == 67'108'864);
    CHECK(mounts[2].tmpfs_mode == 0700);
    CHECK(mounts[3].type == MountType::Image);
    CHECK(mounts[3].subpath == "bin");
    CHECK(mounts[4].type == MountType::NamedPipe);
    CHECK(mounts[5].type == MountType::Cluster);
    CHECK(is_listed(project, "services.web.volumes[4].type"));
    CHECK(is_listed(project, "services.web.volumes[5].consistency"));
    CHECK(is_listed(project, "services.web.volumes[1].bind.selinux"));
}

TEST_CASE("service volumes: wrong ones are refused") {
    CHECK(load_error(web("volumes: ['aa:bb:cc:dd']")).message ==
          "invalid spec: aa:bb:cc:dd: too many colons");
    CHECK(load_error(web("volumes: ['/abc::/d']")).message ==
          "invalid spec: /abc::/d: empty section between colons");
    CHECK(load_error(web("volumes: [{type: disk, target: /x}]")).message ==
          "validating /app/compose.yaml: services.web.volumes.0.type value must be one of 'bind', "
          "'volume', 'tmpfs', "
          "'cluster', 'npipe', 'image'");
    CHECK(load_error(web("volumes: [{target: /x}]")).message ==
          "validating /app/compose.yaml: services.web.volumes.0 missing property 'type'");
    CHECK(load_error(web("volumes: [{type: bind, source: /x}]")).message ==
          "service volume services.web.volumes[0] is missing a mount target");
    CHECK(load_error(web("volumes: [{type: tmpfs, target: /x, tmpfs: {size: -1}}]")).message ==
          "validating /app/compose.yaml: services.web.volumes.0.tmpfs.size must be greater than or "
          "equal to 0");
}

TEST_CASE("service volumes: an option nobody knows is a remark, as the real parser drops it") {
    const Project project = load_ok(web("volumes: ['/a:/b:cached']"));
    REQUIRE(project.warnings.size() == 1);
    CHECK(project.warnings[0].own);
    CHECK(project.warnings[0].sentence == "the mount option 'cached' of '/a:/b:cached' is ignored");
}

TEST_CASE("service volumes_from: names, and a dependency that is not written") {
    const Project project =
        load_ok(web("volumes_from: ['db:ro', 'container:x:rw']") + "  db: {image: x}\n");
    const Service& service = *project.find_service("web");
    CHECK(service.volumes_from == Texts{"db:ro", "container:x:rw"});
    REQUIRE(service.depends_on.size() == 1);
    CHECK(service.depends_on[0].service == "db");
    CHECK_FALSE(service.depends_on[0].restart);
}
