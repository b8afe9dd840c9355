#include "sim/model/main_program.hpp"

#include <fmt/format.h>

#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/model/accounts.hpp"

namespace podium::model {

std::unique_ptr<shell::Program> make_main_program(World& world,
                                                  ContainerId id,
                                                  shell::Errno& error) {
    const Container& c = world.container(id);
    const ContainerDetail& d = world.detail(id);
    const MainProgram main = main_program(*d.profile, d.argv);
    const Result<Identity> identity = find_identity(world, c.host, id, user_of(world, id));
    const auto environment = with_home(d.environment, identity ? identity->home : "/");
    error = shell::Errno::None;
    if (main.kind == MainProgram::Kind::Service) return world.programs->make_service(*d.profile);
    if (main.kind == MainProgram::Kind::Interpreter)
        return world.programs->make({"cat"}, *environment, true, error);
    if (auto program = world.programs->make(main.argv, *environment, true, error)) return program;
    const bool unknown_image = d.profile == world.catalogue->default_profile.get();
    if (d.profile->kind == ServiceKind::ShellOnly ||
        (error != shell::Errno::NotModelled && !unknown_image)) {
        const shell::Errno found = find_program(world, c.host, id, d.argv.front());
        if (found != shell::Errno::None) error = found;
        return nullptr;
    }
    error = shell::Errno::None;
    const StringId text = world.kernel.intern(fmt::format(
        "Podium does not model the command '{}'; {} behaves as its image does by default",
        d.argv.front(),
        world.name_of(id)));
    world.kernel.record(kFactNotModelled, Subject(SubjectType::Container, id.value), text);
    return world.programs->make_service(*d.profile);
}

std::vector<std::string> server_command(const BehaviourProfile& profile,
                                        const std::vector<std::string>& argv) {
    MainProgram main = main_program(profile, argv);
    if (main.kind != MainProgram::Kind::Service || main.argv.size() == argv.size()) return argv;
    // tini stays, with the server as its child.
    const std::string first = argv.empty() ? std::string() : base_name(argv.front());
    if (first == "tini" || first == "dumb-init") return argv;
    const bool only_options = main.argv.empty() || main.argv[0].starts_with('-');
    if (only_options && !profile.servers.empty()) {
        const std::vector<std::string> words = split_words(profile.servers.front());
        main.argv.insert(main.argv.begin(), words.begin(), words.end());
    }
    return main.argv.empty() ? argv : main.argv;
}

}  // namespace podium::model
