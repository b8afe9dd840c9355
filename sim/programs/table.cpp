#include "sim/programs/table.hpp"

#include <algorithm>

#include "sim/programs/compose/compose.hpp"
#include "sim/programs/docker/docker.hpp"
#include "sim/programs/net/table.hpp"
#include "sim/programs/service/service.hpp"
#include "sim/programs/small/table.hpp"
#include "sim/shell/shell_program.hpp"

namespace podium::programs {
namespace {

std::string base(const std::string& path) { return path.substr(path.rfind('/') + 1); }

bool is_shell(const std::string& name) { return name == "sh" || name == "ash" || name == "bash" || name == "dash"; }

class Table final : public model::ProgramTable {
  public:
    [[nodiscard]] std::unique_ptr<shell::Program> make(const std::vector<std::string>& argv, const std::vector<std::string>& environment, bool in_container, shell::Errno& error) const override {
        error = shell::Errno::None;
        const std::string name = base(argv.front());
        if (is_shell(name)) return shell::make_shell(argv, environment, name == "bash" ? shell::Dialect::Bash : shell::Dialect::Ash);
        if (!in_container && name == "docker") return docker::make_docker(argv, environment, make_compose_v2);
        if (!in_container && name == "docker-compose") return make_compose_v1(argv, environment);
        if (auto program = make_net_program(argv, environment, in_container, error)) return program;
        if (error == shell::Errno::NotModelled) return nullptr;
        return make_small_program(argv, environment, in_container, error);
    }

    [[nodiscard]] shell::Errno find(const std::string& name, bool in_container) const override {
        const std::string plain = base(name);
        if (is_shell(plain) || (!in_container && (plain == "docker" || plain == "docker-compose"))) return shell::Errno::None;
        return is_net_program(plain, in_container) ? shell::Errno::None : find_small_program(plain, in_container);
    }

    [[nodiscard]] std::unique_ptr<shell::Program> make_init(const std::vector<std::string>& argv) const override { return programs::make_init(argv); }

    [[nodiscard]] std::unique_ptr<shell::Program> make_service(const model::BehaviourProfile& profile) const override { return make_service_program(profile); }
};

}  // namespace

std::shared_ptr<const model::ProgramTable> make_program_table() {
    static const std::shared_ptr<const model::ProgramTable> table = std::make_shared<const Table>();
    return table;
}

std::vector<std::string> program_names(bool in_container) {
    std::vector<std::string> names = small_program_names(in_container);
    for (std::string& name : net_program_names(in_container)) names.push_back(std::move(name));
    if (!in_container) names.insert(names.end(), {"docker", "docker-compose"});
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace podium::programs
