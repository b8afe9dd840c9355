#include "sim/model/main_program.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/model/accounts.hpp"
#include "sim/model/image_command.hpp"
#include "sim/model/process_table.hpp"
#include "sim/model/taken_as_done.hpp"
#include "sim/model/unknown_image.hpp"

namespace podium::model {
namespace {

constexpr int kCommandNotFound = 127;

void note(World& world, ContainerId id, const std::string& text) {
    world.kernel.record(kFactNotModelled, Subject(SubjectType::Container, id.value), world.kernel.intern(text));
}

// A program of the image that is not its server and that Podium does not model: it can't be acted out.
std::unique_ptr<shell::Program> refuse(World& world, ContainerId id, const std::vector<std::string>& argv) {
    const std::string text = fmt::format("Podium does not model '{}', which is not the image's server", join(argv, " "));
    note(world, id, text);
    return make_saying(text + "\n", true, kCommandNotFound);
}

// A script of somebody's, which the container's command line names by a path. The kernel wants to be told who runs it:
// runc 1.1 StandardInit can tell no more than its own standard error then, and ends with 1.
std::unique_ptr<shell::Program> run_script(World& world, ContainerId id, const std::string& path, const std::vector<std::string>& argv,
                                           const std::shared_ptr<const std::vector<std::string>>& environment) {
    const HostId host = world.container(id).host;
    FileNode scratch;
    const FileNode* node = view_file(world, host, id, path, scratch);
    if (node != nullptr && is_opaque_program(*node)) {
        shell::Errno none = shell::Errno::None;
        std::vector<std::string> words = argv;
        words.front() = base_name(path);
        if (auto program = world.programs->make(words, *environment, true, none)) return program;
        note(world, id, fmt::format("Podium does not run '{}'; a web server acts in its place", join(argv, " ")));
        return world.programs->make_service(*world.catalogue->default_profile);
    }
    if (node == nullptr || !node->content.starts_with("#!")) return make_saying(fmt::format("exec {}: exec format error\n", argv.front()), true, 1);
    shell::Errno error = shell::Errno::None;
    auto program = make_script(world, host, id, path, argv, environment, error);
    if (program != nullptr) return program;
    if (error == shell::Errno::NotModelled) return refuse(world, id, argv);
    return make_saying(fmt::format("exec {}: {}\n", argv.front(), error == shell::Errno::NoEntry ? "no such file or directory" : "permission denied"), true, 1);
}

}  // namespace

std::unique_ptr<shell::Program> make_main_program(World& world,
                                                  ContainerId id,
                                                  shell::Errno& error) {
    const Container& c = world.container(id);
    const ContainerDetail& d = world.detail(id);
    const BehaviourProfile& profile = *d.profile;
    const std::vector<std::string> argv = applet_words(d.profile, d.argv);
    const MainProgram main = main_program(profile, argv);
    const Result<Identity> identity = find_identity(world, c.host, id, user_of(world, id));
    const auto environment = with_home(d.environment, identity ? identity->home : "/");
    error = shell::Errno::None;
    if (!d.build_place.empty()) {  // a RUN that no shell runs
        if (auto program = make_program(world, c.host, id, argv, environment, error, false)) return program;
        if (error != shell::Errno::NotModelled) return nullptr;
        error = shell::Errno::None;
        return take_as_done(world, id, argv, d.working_directory);
    }
    // What somebody has put where the command line leads comes before what the image is known for.
    for (const std::vector<std::string>* words : {&argv, &main.argv}) {
        if (words->empty()) continue;
        std::string word = words->front();
        if (word.find('/') != std::string::npos) word = clean_path(d.working_directory, word);
        const std::string path = script_path(world, c.host, id, word);
        if (path.empty()) continue;
        error = find_program(world, c.host, id, path);
        return error == shell::Errno::None ? run_script(world, id, path, *words, environment) : nullptr;
    }
    if (d.image->from_scratch) {
        error = find_program(world, c.host, id, argv.front());
        if (error != shell::Errno::None) return nullptr;
    }
    if (main.kind == MainProgram::Kind::Service) return world.programs->make_service(profile);
    if (main.kind == MainProgram::Kind::Interpreter)
        return world.programs->make({"cat"}, *environment, true, error);
    if (auto program = make_answer(world, id, main.argv)) return program;
    const auto is_interpreter = [&profile](const std::string& word) {
        return std::find(profile.interpreters.begin(), profile.interpreters.end(), base_name(word)) != profile.interpreters.end();
    };
    // With its program's text in an argument it is a program of somebody's as with a script.
    if (!main.argv.empty() && is_interpreter(main.argv.front())) return world.programs->make_service(profile);
    // What other images have is missing in this one (curl in a slim one), as for every other process of it.
    if (!main.argv.empty()) error = find_program(world, c.host, id, main.argv.front());
    if (error != shell::Errno::NoEntry) {
        if (auto program = world.programs->make(main.argv, *environment, true, error)) return program;
    }
    // The image has it, so it is Podium that does not.
    if (error == shell::Errno::NoEntry && !main.argv.empty() && profile.has_program(base_name(main.argv.front()))) error = shell::Errno::NotModelled;
    if (error == shell::Errno::NoEntry && !main.argv.empty() &&
        may_have_been_installed(world, id, main.argv.front())) {
        error = shell::Errno::None;
        return world.programs->make_service(profile);
    }
    const bool unknown_image = d.profile == world.catalogue->default_profile.get();
    const bool passed_on = main.argv.size() < argv.size() && !main.argv.empty();
    if (error != shell::Errno::NotModelled && !unknown_image && passed_on) {
        const shell::Errno missing = find_program(world, c.host, id, main.argv.front());
        if (missing == shell::Errno::NoEntry) {
            auto program = profile.script.interpreter.empty() ? make_script_failure(world, id, main.argv.front())
                                                              : world.programs->make_service(profile);
            if (program != nullptr) {
                error = shell::Errno::None;
                return program;
            }
        }
    }
    if (profile.kind == ServiceKind::ShellOnly || (error != shell::Errno::NotModelled && !unknown_image)) {
        const shell::Errno found = find_program(world, c.host, id, argv.front());
        if (found != shell::Errno::None) error = found;
        return nullptr;
    }
    error = shell::Errno::None;
    if (!unknown_image) return refuse(world, id, main.argv);
    note(world,
         id,
         fmt::format("Podium does not model the command '{}'; {} behaves as its image does by default", join(main.argv, " "), world.name_of(id)));
    return world.programs->make_service(profile);
}

std::vector<std::string> server_command(const BehaviourProfile& profile,
                                        const std::vector<std::string>& argv) {
    MainProgram main = main_program(profile, argv);
    if (main.kind != MainProgram::Kind::Service || main.argv.size() == argv.size()) return argv;
    // tini stays, with the server as its child.
    const std::string first = argv.empty() ? std::string() : base_name(argv.front());
    if (first == "tini" || first == "dumb-init") return argv;
    const bool only_options = main.argv.empty() || main.argv[0].starts_with('-') || profile.script.gives == ScriptGives::Everything;
    if (only_options && !profile.servers.empty()) {
        const std::vector<std::string> words = split_words(profile.servers.front());
        main.argv.insert(main.argv.begin(), words.begin(), words.end());
    }
    return main.argv.empty() ? argv : main.argv;
}

}  // namespace podium::model
