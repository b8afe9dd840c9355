#include "tests/programs/docker_fixture.hpp"
#include "tests/source_directory.hpp"

#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace podium::programs {
namespace {

constexpr const char* kHost = "host";

std::string catalogue_text() {
    std::ifstream file(podium::test::source_directory() + "/scenarios/images.yaml");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

lab::Session made(std::vector<std::string> images, std::string only_image) {
    lab::SetUp set_up;
    set_up.catalogue = catalogue_text();
    set_up.images = std::move(images);
    set_up.only_image = std::move(only_image);
    auto session = lab::Session::create(std::move(set_up));
    if (!session) throw std::runtime_error(session.error().text());
    return std::move(*session);
}

}  // namespace

DockerHost::DockerHost(std::vector<std::string> images, std::string only_image)
    : session_(made(std::move(images), std::move(only_image))) {}

void DockerHost::type(const std::string& terminal, const std::string& line) {
    session_.post({session_.now(), lab::CommandKind::Line, terminal, line, {}});
    session_.run_until(session_.now());
}

void DockerHost::interrupt(const std::string& terminal) {
    session_.post({session_.now(), lab::CommandKind::Interrupt, terminal, {}, {}});
    session_.run_until(session_.now());
}

bool DockerHost::running(const std::string& terminal) const {
    const lab::Terminal* found = session_.terminal(terminal);
    return found != nullptr && found->running;
}

int DockerHost::status(const std::string& terminal) const {
    const lab::Terminal* found = session_.terminal(terminal);
    return found == nullptr ? -1 : found->last_status;
}

std::string DockerHost::shown(const std::string& terminal) {
    std::string text;
    for (const lab::Shown& piece : session_.take_shown()) {
        const bool is_text =
            piece.kind == lab::Shown::Kind::Output || piece.kind == lab::Shown::Kind::Error;
        if (piece.terminal == terminal && is_text) text += piece.text;
    }
    return text;
}

void DockerHost::wait(Duration duration) {
    session_.run_until(session_.now() + duration);
}

void DockerHost::write_file(const std::string& path, const std::string& content) {
    session_.post({session_.now(), lab::CommandKind::WriteFile, kHost, path, content});
    session_.run_until(session_.now());
}

DockerHost::Result DockerHost::run(const std::string& line, Duration longest) {
    session_.take_shown();
    const Time begin = session_.now();
    type(kHost, line);
    session_.run_until(begin + longest, [](const lab::Session& session) {
        const lab::Terminal* terminal = session.terminal(kHost);
        return terminal != nullptr && !terminal->running;
    });
    Result result;
    result.took = session_.now() - begin;
    if (running(kHost)) {
        interrupt(kHost);
        wait(seconds(1));
    }
    for (const lab::Shown& piece : session_.take_shown()) {
        if (piece.terminal != kHost) continue;
        if (piece.kind == lab::Shown::Kind::Output) result.out += piece.text;
        if (piece.kind == lab::Shown::Kind::Error) result.error += piece.text;
    }
    result.status = status(kHost);
    return result;
}

std::string masked(const std::string& text) {
    static const std::regex kId("\\b[0-9a-f]{12,64}\\b");
    static const std::regex kMoment(
        "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?( \\+0000 UTC|Z)?");
    static const std::regex kAgo(
        "(Less than a second|About an? (minute|hour)|\\d+ "
        "(seconds?|minutes?|hours?|days|weeks|months))( ago)?");
    static const std::regex kSize("virtual [0-9.]+[kMG]B");
    static const std::regex kFolder("/lab/d\\d/data/");
    static const std::regex kBlanks(" +");
    std::string out = std::regex_replace(text, kId, "ID");
    out = std::regex_replace(out, kMoment, "TIME");
    out = std::regex_replace(out, kAgo, "AGO");
    out = std::regex_replace(out, kSize, "virtual SIZE");
    out = std::regex_replace(out, kFolder, "/var/lib/docker/");
    return std::regex_replace(out, kBlanks, " ");
}

}  // namespace podium::programs
