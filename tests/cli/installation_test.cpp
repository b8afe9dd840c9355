#include "ui/cli/installation.hpp"

#include <filesystem>

#include <catch2/catch.hpp>

#include "tests/source_directory.hpp"

namespace {

namespace fs = std::filesystem;

/// A folder of one test's own (tests run side by side), removed when the test ends.
class Folder {
  public:
    explicit Folder(const std::string& name)
        : path_(fs::current_path() / ("installation_test_" + name)) {
        fs::remove_all(path_);
        fs::create_directories(path_);
    }

    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }

    /// Makes the folder `name` in this one and returns where it is.
    std::string make(const std::string& name) const {
        fs::create_directories(path_ / name);
        return (path_ / name).string();
    }

  private:
    fs::path path_;
};

}  // namespace

TEST_CASE("installation: data beside the program is preferred to the tree it was built from") {
    const Folder folder("prefers");
    const auto program = folder.make("usr/bin");
    const auto tree = folder.make("tree");
    folder.make("tree/scenarios");
    CHECK(podium::cli::data_directory(program, tree).value() == tree);
    const auto data = folder.make("usr/share/podium");
    folder.make("usr/share/podium/scenarios");
    CHECK(podium::cli::data_directory(program, tree).value() == data);
}

TEST_CASE("installation: without data anywhere the error names both places") {
    const Folder folder("neither");
    const auto program = folder.make("bin");
    const auto tree = folder.make("tree");
    const auto found = podium::cli::data_directory(program, tree);
    REQUIRE_FALSE(found.ok());
    CHECK(found.error().message.find("share/podium") != std::string::npos);
    CHECK(found.error().message.find(tree) != std::string::npos);
}

TEST_CASE("installation: this program finds the tree it was built from") {
    CHECK(podium::cli::data_directory().value() == podium::test::source_directory());
    CHECK_FALSE(podium::cli::version().empty());
}
