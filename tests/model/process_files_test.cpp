#include <catch2/catch.hpp>

#include "tests/model/process_fixture.hpp"

namespace podium::model {
namespace {

using shell::Errno;
using shell::OpenMode;
using shell::ReadResult;
using shell::Step;

/// Runs one step's worth of calls in a process.
void in_process(ProcessWorld& w,
                ContainerId container,
                TestProgram::Function function,
                int value = 0) {
    w.start(function, container, value);
    w.run(milliseconds(1));
}

std::string read_all(ProcessContext& context, const std::string& path) {
    int descriptor = -1;
    const Errno error = context.open(path, OpenMode::Read, descriptor);
    if (error != Errno::None) return "error: " + std::string(errno_text(error));
    std::string text;
    while (true) {
        ReadResult read = context.read(descriptor, 1000);
        if (read.kind != ReadResult::Kind::Data) break;
        text += read.data;
    }
    context.close(descriptor);
    return text;
}

Errno write_all(ProcessContext& context,
                const std::string& path,
                const std::string& text,
                OpenMode mode = OpenMode::Write) {
    int descriptor = -1;
    if (const Errno error = context.open(path, mode, descriptor); error != Errno::None)
        return error;
    const Errno error = context.write(descriptor, text);
    context.close(descriptor);
    return error;
}

ContainerId container_with_mounts(ProcessWorld& w) {
    const ContainerId container = w.add_container();
    Volume volume;
    volume.host = w.host;
    volume.name = "data";
    w.world.volumes.push_back(volume);
    w.world.host(w.host).engine.volumes["data"] = VolumeId{1};
    auto& mounts = w.world.detail(container).mounts;
    mounts.push_back({{MountKind::Volume, "data", "/data", false}, VolumeId{1}, {}, false});
    w.world.host(w.host).files.make_directory("/srv/site", Time{});
    mounts.push_back({{MountKind::Bind, "/srv/site", "/data/site", true}, {}, {}, false});
    mounts.push_back({{MountKind::Tmpfs, "", "/scratch", false}, {}, {}, false});
    return container;
}

TEST_CASE("files: a path leads to the nearest mount, else to the container's own layer") {
    ProcessWorld w;
    const ContainerId container = container_with_mounts(w);
    const auto tree = [&](const std::string& path) {
        return locate_file(w.world, w.host, container, path);
    };
    CHECK(tree("/etc/x").tree == FileLocation::Tree::Layer);
    CHECK(tree("/data/f").tree == FileLocation::Tree::Volume);
    CHECK(tree("/data/f").path == "/f");
    CHECK(tree("/data").path == "/");
    CHECK(tree("/database").tree == FileLocation::Tree::Layer);
    CHECK(tree("/data/site/index.html").tree == FileLocation::Tree::Host);
    CHECK(tree("/data/site/index.html").path == "/srv/site/index.html");
    CHECK(tree("/data/site/index.html").read_only);
    CHECK(tree("/scratch/a").tree == FileLocation::Tree::Tmpfs);
    CHECK(locate_file(w.world, w.host, {}, "/var/lib/docker/volumes/data/_data/f").tree ==
          FileLocation::Tree::Volume);
    CHECK(locate_file(w.world, w.host, {}, "/var/lib/docker/volumes/none/_data/f").tree ==
          FileLocation::Tree::Host);
}

TEST_CASE(
    "files: what is written is read back, is told apart in docker diff, and takes disk space") {
    ProcessWorld w;
    const ContainerId container = container_with_mounts(w);
    in_process(w, container, [](ProcessContext& context, TestProgram&) {
        CHECK(write_all(context, "/tmp/a", "hello\n") == Errno::None);
        CHECK(write_all(context, "/tmp/a", "more\n", OpenMode::Append) == Errno::None);
        CHECK(read_all(context, "/tmp/a") == "hello\nmore\n");
        CHECK(write_all(context, "/data/f", "12345") == Errno::None);
        CHECK(write_all(context, "/scratch/f", "1234567") == Errno::None);
        CHECK(write_all(context, "/data/site/x", "no") == Errno::ReadOnly);
        CHECK(write_all(context, "/nosuch/x", "no") == Errno::NoEntry);
        CHECK(write_all(context, "/etc", "no") == Errno::IsDirectory);
        CHECK(write_all(context, "/etc/hostname/x", "no") == Errno::NotDirectory);
        CHECK(context.remove("/etc/hostname", false) == Errno::ResourceBusy);  // a mount
        CHECK(context.remove("/etc/passwd", false) == Errno::None);
        CHECK(read_all(context, "/etc/passwd") == "error: No such file or directory");
        CHECK(context.make_directory("/opt/one/two", true) == Errno::None);
        CHECK(context.make_directory("/opt/one", false) == Errno::Exists);
        CHECK(context.remove("/data", true) == Errno::ResourceBusy);
        return Step::block();
    });
    CHECK(w.world.host(w.host).disk_used_bytes == 11 + 5);
    CHECK(w.world.volume(VolumeId{1}).files.find("/f")->content == "12345");
    const std::map<std::string, char, std::less<>> expected = {{"/etc", 'C'},
                                                         {"/etc/passwd", 'D'},
                                                         {"/opt", 'C'},
                                                         {"/opt/one", 'A'},
                                                         {"/opt/one/two", 'A'},
                                                         {"/tmp", 'C'},
                                                         {"/tmp/a", 'A'}};
    CHECK(w.world.detail(container).state_changes == expected);
}

TEST_CASE("files: a container sees what every Linux shows, and its own name") {
    ProcessWorld w;
    const ContainerId container = container_with_mounts(w);
    in_process(w, container, [](ProcessContext& context, TestProgram&) {
        CHECK(read_all(context, "/etc/hostname") == "aaaaaaaaaaaa\n");
        CHECK(read_all(context, "/etc/hosts").starts_with("127.0.0.1\tlocalhost\n"));
        CHECK(context.stat("/bin/idle").exists);
        CHECK(context.stat("/scratch").is_directory);
        CHECK(context.change_directory("/data/../tmp/./") == Errno::None);
        CHECK(context.working_directory() == "/tmp");
        CHECK(context.change_directory("/etc/hostname") == Errno::NotDirectory);
        std::vector<std::string> names;
        CHECK(context.list("/", names) == Errno::None);
        CHECK(std::count(names.begin(), names.end(), "data") == 1);
        CHECK(std::count(names.begin(), names.end(), "etc") == 1);
        return Step::block();
    });
}

TEST_CASE("files: devices work") {
    ProcessWorld w;
    const ContainerId container = w.add_container();
    in_process(w, container, [](ProcessContext& context, TestProgram&) {
        CHECK(write_all(context, "/dev/null", "gone") == Errno::None);
        CHECK(read_all(context, "/dev/null").empty());
        CHECK(write_all(context, "/dev/stdout", "out\n") == Errno::None);
        CHECK(write_all(context, "/proc/self/fd/2", "err\n") == Errno::None);
        int zero = -1;
        CHECK(context.open("/dev/zero", OpenMode::Read, zero) == Errno::None);
        CHECK(context.read(zero, 3).data == std::string(3, '\0'));
        return Step::block();
    });
    REQUIRE(w.world.detail(container).log.size() == 2);
    CHECK(w.world.detail(container).log[1].standard_error);
}

TEST_CASE("files: a full disk takes what fits, refuses the rest and says so once") {
    ProcessWorld w;
    w.world.host(w.host).spec.disk_bytes = 1000;
    w.world.host(w.host).disk_filled_bytes = 900;
    const ContainerId container = w.add_container();
    in_process(w, container, [](ProcessContext& context, TestProgram&) {
        CHECK(write_all(context, "/tmp/a", std::string(150, 'x')) == Errno::NoSpace);
        CHECK(context.stat("/tmp/a").size_bytes == 100);
        CHECK(write_all(context, "/tmp/b", "x") == Errno::NoSpace);
        CHECK(write_all(context, "/tmp/a", std::string(100, 'y')) == Errno::None);
        return Step::block();
    });
    CHECK(w.count_facts(kFactDiskFull) == 1);
    w.world.host(w.host).disk_filled_bytes = 0;
    in_process(w, container, [](ProcessContext& context, TestProgram&) {
        CHECK(write_all(context, "/tmp/b", "x") == Errno::None);
        int descriptor = -1;
        CHECK(context.open("/tmp/c", OpenMode::Write, descriptor) == Errno::None);
        CHECK(context.write_zeros(descriptor, 5000) == Errno::NoSpace);
        CHECK(context.remove("/tmp/c", false) == Errno::None);
        return Step::block();
    });
    CHECK(w.count_facts(kFactDiskFull) == 2);
    CHECK(w.world.host(w.host).disk_used_bytes == 101);
}

TEST_CASE("files: a container made read-only refuses writes to its layer, not to its mounts") {
    ProcessWorld w;
    ContainerSpec spec;
    spec.read_only = true;
    const ContainerId container = w.add_container(spec);
    w.world.detail(container).mounts.push_back(
        {{MountKind::Tmpfs, "", "/run", false}, {}, {}, false});
    in_process(w, container, [](ProcessContext& context, TestProgram&) {
        CHECK(write_all(context, "/tmp/a", "x") == Errno::ReadOnly);
        CHECK(context.remove("/etc/passwd", false) == Errno::ReadOnly);
        CHECK(context.make_directory("/opt/x", false) == Errno::ReadOnly);
        CHECK(write_all(context, "/run/a", "x") == Errno::None);
        CHECK(write_all(context, "/dev/null", "x") == Errno::None);
        return Step::block();
    });
}

TEST_CASE(
    "files: two descriptors of one open file share its place; append always writes at the end") {
    ProcessWorld w;
    const ContainerId container = w.add_container();
    in_process(w, container, [](ProcessContext& context, TestProgram&) {
        int first = -1;
        int second = -1;
        CHECK(context.open("/tmp/f", OpenMode::Write, first) == Errno::None);
        CHECK(context.duplicate(first, second) == Errno::None);
        context.write(first, "one ");
        context.write(second, "two ");
        int other = -1;
        CHECK(context.open("/tmp/f", OpenMode::Append, other) == Errno::None);
        context.write(other, "end");
        context.write(first, "THREE");
        CHECK(read_all(context, "/tmp/f") == "one two THREE");
        CHECK(context.rename("/tmp/f", "/var/g") == Errno::None);
        CHECK(read_all(context, "/var/g") == "one two THREE");
        CHECK_FALSE(context.stat("/tmp/f").exists);
        return Step::block();
    });
}

TEST_CASE(
    "pipes: a reader waits for data and for the last writer's end; a writer without readers "
    "fails") {
    ProcessWorld w;
    const ContainerId container = w.add_container();
    in_process(w, container, [](ProcessContext& context, TestProgram& self) {
        if (self.steps > 1) return Step::block();
        int read_end = -1;
        int write_end = -1;
        context.pipe(read_end, write_end);
        CHECK(context.read(read_end, 10).kind == ReadResult::Kind::WouldBlock);
        context.write(write_end, "abc");
        CHECK(context.read(read_end, 2).data == "ab");
        CHECK(context.read(read_end, 2).data == "c");
        context.close(write_end);
        CHECK(context.read(read_end, 2).kind == ReadResult::Kind::EndOfFile);
        context.pipe(read_end, write_end);
        context.close(read_end);
        CHECK(context.write(write_end, "x") == Errno::BrokenPipe);
        return Step::block();
    });
}

TEST_CASE("pipes: a writer that has filled one waits until it is read") {
    ProcessWorld w;
    w.programs->functions["writer"] = [](ProcessContext& context, TestProgram& self) {
        if (self.steps > 100) return Step::exit(0);
        context.write(1, std::string(10'000, 'x'));
        return Step::block(context.now());
    };
    const ProcessId reader = w.start([](ProcessContext& context, TestProgram& self) {
        if (self.steps == 1) {
            int read_end = -1;
            int write_end = -1;
            context.pipe(read_end, write_end);
            self.value = read_end;
            CHECK(context.spawn({{"writer"}, {}, {{1, write_end}}, false}).pid != 0);
            context.close(write_end);
            return Step::block(context.now() + seconds(1));
        }
        while (true) {
            const ReadResult read = context.read(self.value, 100'000);
            if (read.kind == ReadResult::Kind::EndOfFile) return Step::exit(0);
            if (read.kind == ReadResult::Kind::WouldBlock) return Step::block();
        }
    });
    w.run(milliseconds(500));
    const StreamId pipe = w.world.processes.at(reader).descriptors.front().stream;
    CHECK(w.world.streams.at(pipe).buffer.size() == 70'000);
    w.run(seconds(2));
    CHECK_FALSE(w.alive(reader));
    CHECK(w.world.streams.count() == 0);
}

TEST_CASE("a tree of files counts its bytes whatever is written, overwritten and removed") {
    FileTree tree;
    const Time now{};
    CHECK(tree.write("/a/b", "12345", now) == 5);
    CHECK(tree.is_directory("/a"));
    CHECK(tree.append("/a/b", "67", now, 100) == 102);
    CHECK(tree.write_at("/a/b", 3, "XY", now) == 0);
    CHECK(tree.find("/a/b")->content == "123XY67");
    CHECK(tree.write_at("/a/b", 105, "abcdef", now) == 4);
    CHECK(tree.size_bytes() == 111);
    tree.write("/a-b", "1", now);
    tree.make_directory("/a/empty", now);
    CHECK(tree.list("/") == std::vector<std::string>{"a", "a-b"});
    CHECK(tree.list("/a") == std::vector<std::string>{"b", "empty"});
    CHECK(tree.remove("/a") == 111);
    CHECK(tree.size_bytes() == 1);
    const std::string large(FileTree::kKeptBytes + 10, 'x');
    tree.write("/large", large, now);
    CHECK(tree.find("/large")->content.size() == FileTree::kKeptBytes);
    CHECK(tree.size_bytes() == static_cast<std::int64_t>(large.size()) + 1);
}

}  // namespace
}  // namespace podium::model
