#include "sim/model/behaviour.hpp"

#include <algorithm>

#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/model/exchange.hpp"
#include "sim/model/object_id.hpp"

namespace podium::model {
namespace {

bool contains(const std::vector<std::string>& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

// How many words `command` has when argv begins with them, the first one compared without its directory; else 0.
std::size_t words_begun(const std::vector<std::string>& argv, std::string_view command) {
    std::size_t count = 0;
    for (command = trim(command); !command.empty(); command = trim(command)) {
        const std::string_view word = command.substr(0, command.find_first_of(" \t\r\n"));
        command.remove_prefix(word.size());
        if (count == argv.size()) return 0;
        const std::string& own = argv[count];
        if (count == 0 ? std::string_view(own).substr(own.rfind('/') + 1) != word : own != word) return 0;
        ++count;
    }
    return count;
}

// The numbers a tag begins with: "1.27.3-alpine" is {1, 27, 3}; empty when it begins with none.
std::vector<std::int64_t> version_numbers(std::string_view tag) {
    if (tag.size() > 1 && tag[0] == 'v') tag.remove_prefix(1);
    std::vector<std::int64_t> numbers;
    for (const std::string& part : split(tag.substr(0, tag.find('-')), '.')) {
        std::int64_t number = 0;
        if (!parse_integer(part, number) || number < 0) break;
        numbers.push_back(number);
    }
    return numbers;
}

// Whether a numbered tag is not beyond the newest release, as far as both are written.
bool is_released(std::string_view tag, std::string_view newest) {
    const std::vector<std::int64_t> wanted = version_numbers(tag);
    const std::vector<std::int64_t> limit = version_numbers(newest);
    if (wanted.empty() || limit.empty()) return false;
    for (std::size_t i = 0; i < std::min(wanted.size(), limit.size()); ++i) {
        if (wanted[i] != limit[i]) return wanted[i] < limit[i];
    }
    return true;
}

// "1.27-alpine3.20" is of the variant "alpine".
std::string variant_of(std::string_view tag) {
    const auto dash = tag.find('-');
    if (dash == std::string_view::npos) return {};
    const std::string_view rest = tag.substr(dash + 1);
    return std::string(rest.substr(0, rest.find_first_of("-.0123456789")));
}

// How well a version stands for a numbered tag that it doesn't list: it has the series in that
// variant, the variant, or the series; 0: none of these. So "10.6-focal" is built like "10" where
// no "focal" is listed.
int fit_of_tag(const ImageVersion& version, std::string_view tag) {
    const std::string series(tag.substr(0, tag.find_first_of(".-")));
    const std::string variant = variant_of(tag);
    if (contains(version.tags, variant.empty() ? series : series + "-" + variant)) return 3;
    if (!variant.empty() && contains(version.tags, variant)) return 2;
    return contains(version.tags, series) ? 1 : 0;
}

// A tag's words without their numbers: "alpine3.20-slim" is {"alpine", "slim"}. A number of its own (a date) is none.
std::vector<std::string> words_of_tag(std::string_view tag) {
    std::vector<std::string> out;
    for (const std::string& part : split(tag, '-')) {
        const std::string word = part.substr(0, part.find_first_of("0123456789."));
        if (!word.empty()) out.push_back(word);
    }
    return out;
}

// Whether a tag without a number in front is one of the entry's variants, or a listed word ("lts", "stable") with one.
bool is_variant(const CatalogueEntry& entry, std::string_view tag) {
    if (tag.empty() || (tag.front() >= '0' && tag.front() <= '9')) return false;
    std::vector<std::string> words = words_of_tag(tag);
    if (contains(entry.variants, join(words, "-"))) return true;
    if (words.size() < 2 || words.front() == "latest") return false;
    const bool listed = std::any_of(entry.versions.begin(), entry.versions.end(), [&words](const ImageVersion& version) { return contains(version.tags, words.front()); });
    words.erase(words.begin());
    return listed && contains(entry.variants, join(words, "-"));
}

// The environment of an image with its release filled in.
std::vector<std::string> environment_of_release(const std::vector<std::string>& environment, const std::string& release) {
    std::vector<std::string> out;
    for (const std::string& variable : environment) out.push_back(fill_template(variable, release_values(release)));
    return out;
}

// The same build under another name: its own id, and its own layers above the shared base.
ImagePointer build_like(const Image& model, const std::string& full_name) {
    Image image = model;
    image.id = make_digest("image", full_name, 0);
    image.digest = make_digest("manifest", full_name, 0);
    for (std::size_t i = 1; i < image.layers.size(); ++i) image.layers[i].digest = make_digest("layer", full_name, i);
    return std::make_shared<const Image>(std::move(image));
}

// A release of the same build.
ImagePointer build_of_release(const ImageVersion& version, const std::string& full_name, const std::string& release) {
    Image image = *build_like(*version.image, full_name);
    image.version = release;
    image.config.environment = environment_of_release(version.environment, release);
    return std::make_shared<const Image>(std::move(image));
}

// The words of a key of options that `argv` has from `at` on, and where its value stands: how many words there are.
// "-c port=" is followed by its value within a word, "--port" by '=' or in the next word, "-p" also at once.
std::size_t match_option(std::span<const std::string> argv, std::size_t at, const std::string& key, std::string& value) {
    const std::vector<std::string> words = split_words(key);
    if (words.empty() || at + words.size() > argv.size()) return 0;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        if (argv[at + i] != words[i]) return 0;
    }
    const std::string& last = argv[at + words.size() - 1];
    const std::string& wanted = words.back();
    const bool letter = wanted.size() == 2 && wanted[0] == '-';
    if (last == wanted && at + words.size() < argv.size()) {
        value = argv[at + words.size()];
        return words.size() + 1;
    }
    if (!last.starts_with(wanted) || last == wanted) return 0;
    value = last.substr(wanted.size());
    if (!wanted.ends_with('=') && !letter && value.front() != '=') return 0;
    if (value.starts_with('=')) value.erase(0, 1);
    return words.size();
}

// "9090" or an address to listen on, ":9090".
std::optional<std::uint16_t> port_in(std::string_view text, std::int64_t lowest) {
    std::int64_t port = 0;
    text.remove_prefix(text.rfind(':') + 1);
    if (!parse_integer(text, port) || port < lowest || port > 65'535) return std::nullopt;
    return static_cast<std::uint16_t>(port);
}

// How many words from `at` on are a port option with its port.
std::size_t port_option(const BehaviourProfile& profile, std::span<const std::string> argv, std::size_t at) {
    std::string value;
    for (const ListenPort& rule : profile.ports) {
        for (const std::string& option : rule.options) {
            const std::size_t words = match_option(argv, at, option, value);
            if (words > 0 && port_in(value, 0)) return words;
        }
    }
    return 0;
}

// A command line as a server's: what begins with a hyphen follows the server's own name.
std::vector<std::string> with_server(const BehaviourProfile& profile, std::vector<std::string> argv) {
    if (!argv.empty() && !argv[0].starts_with('-')) return argv;
    std::string server = profile.script.interpreter;
    if (server.empty() && !profile.servers.empty()) server = profile.servers.front();
    const std::vector<std::string> words = split_words(server);
    argv.insert(argv.begin(), words.begin(), words.end());
    return argv;
}

}  // namespace

// --- profiles ------------------------------------------------------------------------------------

const SignalRule* BehaviourProfile::signal_rule(int signal) const {
    for (const SignalRule& rule : signals) {
        if (rule.signal == signal) return &rule;
    }
    return nullptr;
}

bool BehaviourProfile::has_program(std::string_view program) const {
    return std::binary_search(programs.begin(), programs.end(), program, std::less<>{});
}

const Requirement* BehaviourProfile::requirement(std::string_view requirement_name) const {
    for (const Requirement& candidate : requirements) {
        if (candidate.name == requirement_name) return &candidate;
    }
    return nullptr;
}

MainProgram main_program(const BehaviourProfile& profile, const std::vector<std::string>& argv) {
    MainProgram out;
    out.argv = argv;
    while (!out.argv.empty() && contains(profile.entrypoint_scripts, base_name(out.argv[0]))) {
        out.argv.erase(out.argv.begin());
        if (!out.argv.empty() && out.argv[0] == "--") out.argv.erase(out.argv.begin());  // as tini is called
    }
    const bool serves = profile.kind != ServiceKind::ShellOnly;
    const bool option = !out.argv.empty() && out.argv[0].starts_with('-');
    const ScriptGives gives = begins_with_script(profile, argv) ? profile.script.gives : ScriptGives::Nothing;
    const bool given_to_server = gives == ScriptGives::Everything || (gives == ScriptGives::Options && option);
    const std::vector<std::string> full = given_to_server || out.argv.empty() ? with_server(profile, out.argv) : out.argv;
    if (answer_to(profile, full) != nullptr) {
        out.argv = full;
        return out;
    }
    if (serves && (out.argv.empty() || given_to_server)) {
        out.kind = MainProgram::Kind::Service;
        return out;
    }
    if (out.argv.empty()) return out;
    for (const std::string& server : profile.servers) {
        if (words_begun(out.argv, server) > 0) out.kind = MainProgram::Kind::Service;
    }
    if (out.argv.size() > 1 && contains(profile.client_options, out.argv[1])) out.kind = MainProgram::Kind::Command;
    if (out.kind == MainProgram::Kind::Service) return out;
    const std::string program = base_name(out.argv[0]);
    if (contains(profile.interpreters, program)) {
        if (out.argv.size() == 1) out.kind = MainProgram::Kind::Interpreter;
        if (out.argv.size() > 1 && !out.argv[1].starts_with('-')) out.kind = MainProgram::Kind::Service;
        return out;
    }
    if (profile.unknown_commands_serve && !profile.has_program(program)) out.kind = MainProgram::Kind::Service;
    return out;
}

bool may_serve(const BehaviourProfile& profile, std::string_view program) {
    if (contains(profile.entrypoint_scripts, program) || contains(profile.interpreters, program)) return true;
    return std::any_of(profile.servers.begin(), profile.servers.end(), [program](const std::string& server) { return server.substr(0, server.find(' ')) == program; });
}

bool runs_server(const BehaviourProfile& profile, const std::vector<std::string>& argv) {
    if (argv.empty() || !may_serve(profile, base_name(argv.front()))) return false;
    return main_program(profile, argv).kind == MainProgram::Kind::Service;
}

bool begins_with_script(const BehaviourProfile& profile, const std::vector<std::string>& argv) {
    const auto at = std::find_if(argv.begin(), argv.end(), [](const std::string& word) { return base_name(word) != "tini" && base_name(word) != "dumb-init" && word != "--"; });
    return at != argv.end() && contains(profile.entrypoint_scripts, base_name(*at));
}

const BackgroundRule* background_rule(const BehaviourProfile& profile, const std::vector<std::string>& argv) {
    if (argv.empty()) return nullptr;
    const std::string words = " " + join(argv, " ") + " ";
    const auto has = [&words](const std::string& argument) {
        const bool text = argument.find(' ') != std::string::npos;  // "daemon off;" stands within a word
        return words.find(text ? argument : " " + argument + " ") != std::string::npos;
    };
    for (const BackgroundRule& rule : profile.background) {
        if (rule.server != base_name(argv.front())) continue;
        if (!rule.with.empty() && std::none_of(rule.with.begin(), rule.with.end(), has)) continue;
        if (std::none_of(rule.without.begin(), rule.without.end(), has)) return &rule;
    }
    return nullptr;
}

const CommandAnswer* answer_to(const BehaviourProfile& profile, const std::vector<std::string>& argv) {
    for (const CommandAnswer& answer : profile.answers) {
        for (const std::string& command : answer.commands) {
            if (const std::size_t words = words_begun(argv, command); words > 0 && words == argv.size()) return &answer;
        }
    }
    return nullptr;
}

bool has_answers(const BehaviourProfile& profile, std::string_view program) {
    return std::any_of(profile.answers.begin(), profile.answers.end(), [program](const CommandAnswer& answer) {
        return std::any_of(answer.commands.begin(), answer.commands.end(), [program](const std::string& command) { return command.substr(0, command.find(' ')) == program; });
    });
}

std::vector<std::string> unsimulated_arguments(const BehaviourProfile& profile,
                                               const std::vector<std::string>& image_command,
                                               const std::vector<std::string>& argv) {
    const std::vector<std::string> full = with_server(profile, argv);
    std::size_t at = 0;
    for (const std::string& server : profile.servers) {
        at = std::max(at, words_begun(full, server));
    }
    const std::string usual = " " + join(image_command, " ") + " ";
    std::vector<std::string> out;
    while (at < full.size()) {
        if (const std::size_t words = port_option(profile, full, at); words > 0) {
            at += words;
            continue;
        }
        std::string group = full[at++];
        while (at < full.size() && !full[at].starts_with('-') && group.starts_with('-')) group += " " + full[at++];
        const bool known = std::any_of(profile.arguments.begin(), profile.arguments.end(), [&group](const std::string& argument) {
            return group == argument || group.starts_with(argument + " ") || group.starts_with(argument + "=");
        });
        if (!known && usual.find(" " + group + " ") == std::string::npos) out.push_back(std::move(group));
    }
    return out;
}

std::map<std::string, std::string, std::less<>> release_values(const std::string& release) {
    const std::size_t first = release.find('.');
    const std::size_t second = first == std::string::npos ? first : release.find('.', first + 1);
    return {{"version", release}, {"major", release.substr(0, first)}, {"series", release.substr(0, second)}};
}

std::string file_content(const ImageFile& file, const std::string& release) {
    return file.content.find('{') == std::string::npos ? file.content : fill_template(file.content, release_values(release));
}

std::optional<std::string> find_variable(std::span<const std::string> environment, std::string_view name) {
    std::optional<std::string> found;
    for (const std::string& entry : environment) {
        const auto equals = entry.find('=');
        if (equals != std::string::npos && std::string_view(entry).substr(0, equals) == name) found = entry.substr(equals + 1);
    }
    return found;
}

std::optional<Address> parse_address(std::string_view text, std::uint16_t default_port) {
    Address out;
    out.port = default_port;
    const auto scheme = text.find("://");
    if (scheme != std::string_view::npos) {
        const std::string_view name = text.substr(0, scheme);
        if (default_port == 0 && name == "http") out.port = 80;
        if (default_port == 0 && name == "https") out.port = 443;
        text.remove_prefix(scheme + 3);
    }
    const auto path = text.find_first_of("/?");
    if (path != std::string_view::npos) {
        out.path = text.substr(path);
        text = text.substr(0, path);
    }
    const auto login = text.rfind('@');
    if (login != std::string_view::npos) {
        const std::string_view said = text.substr(0, login);
        out.user = percent_decoded(said.substr(0, said.find(':')));
        if (said.find(':') != std::string_view::npos)
            out.password = percent_decoded(said.substr(said.find(':') + 1));
        text.remove_prefix(login + 1);
    }
    const auto colon = text.rfind(':');
    if (colon != std::string_view::npos) {
        std::int64_t port = 0;
        if (!parse_integer(text.substr(colon + 1), port) || port < 1 || port > 65'535) return std::nullopt;
        out.port = static_cast<std::uint16_t>(port);
        text = text.substr(0, colon);
    }
    if (text.empty()) return std::nullopt;
    out.host = text;
    return out;
}

std::optional<Address> requirement_address(const Requirement& requirement, std::span<const std::string> environment) {
    std::string value = requirement.default_address;
    if (!requirement.variable.empty()) {
        const auto set = find_variable(environment, requirement.variable);
        if (set && !set->empty()) value = *set;
    }
    std::optional<Address> address = parse_address(value, requirement.default_port);
    if (address && !requirement.port_variable.empty()) {
        const auto set = find_variable(environment, requirement.port_variable);
        std::int64_t port = 0;
        if (set && parse_integer(*set, port) && port >= 1 && port <= 65'535) address->port = static_cast<std::uint16_t>(port);
    }
    return address;
}

std::shared_ptr<const Login> requirement_login(const Requirement& requirement,
                                               const Address& address,
                                               std::span<const std::string> environment) {
    if (!requirement.login) return nullptr;
    const LoginVariables& rules = *requirement.login;
    const auto value = [environment](const std::string& said,
                                     const std::string& variable,
                                     const std::string& otherwise) {
        if (!said.empty()) return said;
        const auto set = variable.empty() ? std::nullopt : find_variable(environment, variable);
        return set ? *set : otherwise;  // wp-config-docker.php, getenv_docker: set and empty is empty
    };
    auto login = std::make_shared<Login>();
    login->user = value(address.user, rules.user_variable, rules.user);
    const std::string password =
        value(address.password.value_or(""), rules.password_variable, rules.password);
    if (!password.empty()) login->password = password;
    const std::string named = address.path.starts_with('/')
                                  ? address.path.substr(1, address.path.find('?') - 1)
                                  : std::string();
    login->database = value(percent_decoded(named), rules.database_variable, rules.database);
    return login;
}

std::uint16_t listen_port(const ListenPort& rule,
                          std::span<const std::string> environment,
                          std::span<const std::string> argv) {
    std::optional<std::uint16_t> told;
    std::string value;
    for (std::size_t at = 0; at < argv.size(); ++at) {
        for (const std::string& option : rule.options) {
            if (match_option(argv, at, option, value) == 0) continue;
            if (const auto port = port_in(value, 0)) told = port;
        }
    }
    if (told) return *told;
    const auto set = rule.variable.empty() ? std::nullopt : find_variable(environment, rule.variable);
    // Either the port alone or an address to listen on, as in OLLAMA_HOST.
    return set ? port_in(*set, 1).value_or(rule.port) : rule.port;
}

std::string fill_template(std::string_view text, const std::map<std::string, std::string, std::less<>>& values) {
    std::string out;
    while (!text.empty()) {
        const auto open = text.find('{');
        out += text.substr(0, open);
        if (open == std::string_view::npos) break;
        text.remove_prefix(open);
        const auto close = text.find('}');
        const auto value = close == std::string_view::npos ? values.end() : values.find(text.substr(1, close - 1));
        if (value == values.end()) {
            out += '{';
            text.remove_prefix(1);
            continue;
        }
        out += value->second;
        text.remove_prefix(close + 1);
    }
    return out;
}

BehaviourProfile with_data_path(const BehaviourProfile& profile, const std::string& path) {
    BehaviourProfile out = profile;
    const std::string before = profile.data_path;
    const auto move = [&](std::string& text) {
        for (std::size_t at = text.find(before); at != std::string::npos; at = text.find(before, at + path.size())) text.replace(at, before.size(), path);
    };
    if (before.empty()) return out;
    out.data_path = path;
    if (out.initialisation) move(out.initialisation->unless);
    for (WriteRule& write : out.writes) {
        move(write.path);
        move(write.content);
    }
    return out;
}

// --- the catalogue -------------------------------------------------------------------------------

const CatalogueEntry* Catalogue::find(const ImageReference& reference) const {
    const auto found = entries.find(reference.name());
    return found == entries.end() ? nullptr : &found->second;
}

ImagePointer Catalogue::image(const ImageReference& reference) const {
    const CatalogueEntry* entry = find(reference);
    if (entry == nullptr) return nullptr;
    if (!reference.digest.empty()) {
        for (const ImageVersion& version : entry->versions) {
            if (version.image->digest == reference.digest) return version.image;
        }
        // A digest of the real image: some build of this repository that is not listed.
        Image image = *build_like(*entry->versions.front().image, reference.name() + "@" + reference.digest);
        image.digest = reference.digest;
        return std::make_shared<const Image>(std::move(image));
    }
    const std::string& tag = reference.tag.empty() ? "latest" : reference.tag;
    for (const ImageVersion& version : entry->versions) {
        if (contains(version.own_tags, tag)) return version.image;
    }
    const std::string meant = release(*entry, tag);
    for (const ImageVersion& version : entry->versions) {
        if (!contains(version.tags, tag)) continue;
        if (meant == version.image->version) return version.image;
        return build_of_release(version, reference.name() + ":" + meant + "/" + version.tags.front(), meant);
    }
    const ImageVersion* model = &entry->versions.front();
    if (is_variant(*entry, tag)) {
        for (const std::string& word : words_of_tag(tag)) {
            const auto with = std::find_if(entry->versions.begin(), entry->versions.end(), [&word](const ImageVersion& version) { return contains(version.tags, word); });
            if (with != entry->versions.end()) model = &*with;
        }
        return build_of_release(*model, reference.name() + ":" + tag, meant);
    }
    if (!is_released(tag, entry->newest)) return nullptr;
    int best = 0;
    for (const ImageVersion& version : entry->versions) {
        if (const int fits = fit_of_tag(version, tag); fits > best) {
            best = fits;
            model = &version;
        }
    }
    return build_of_release(*model, reference.name() + ":" + tag, meant);
}

std::string Catalogue::release(const CatalogueEntry& entry, std::string_view tag) {
    if (entry.releases.empty()) return {};
    const std::vector<std::int64_t> wanted = version_numbers(tag);
    if (wanted.empty()) return entry.releases.front();
    for (const std::string& candidate : entry.releases) {
        const std::vector<std::int64_t> numbers = version_numbers(candidate);
        if (wanted.size() <= numbers.size() && std::equal(wanted.begin(), wanted.end(), numbers.begin())) return candidate;
    }
    tag = tag.substr(0, tag.find('-'));
    return std::string(tag.substr(tag.starts_with('v') ? 1 : 0));
}

ImagePointer Catalogue::unknown_image(const ImageReference& reference) const {
    const ImageReference named = reference.with_default_tag();
    Image image = *build_like(*default_image, named.full());
    image.repository = named.name();
    image.profile.clear();
    if (!named.digest.empty()) image.digest = named.digest;
    return std::make_shared<const Image>(std::move(image));
}

const BehaviourProfile& Catalogue::profile(const Image& image) const {
    const auto found = entries.find(image.profile);
    if (found == entries.end()) return *default_profile;
    for (const ImageVersion& version : found->second.versions) {
        if (version.profile != nullptr && version.tags.front() == image.build) return *version.profile;
    }
    return *found->second.profile;
}

bool Catalogue::is_missing(const ImageReference& reference) const {
    const std::string& domain = reference.domain;
    return std::any_of(missing.begin(), missing.end(), [&](const std::string& name) {
        return name.size() == domain.size() + 1 + reference.path.size() && name.starts_with(domain) && name[domain.size()] == '/' && name.ends_with(reference.path);
    });
}

std::vector<std::string> Catalogue::names() const {
    std::vector<std::string> out;
    for (const auto& [name, entry] : entries) out.push_back(entry.repository.familiar_name());
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace podium::model
