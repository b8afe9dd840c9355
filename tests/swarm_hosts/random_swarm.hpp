#pragma once

// A swarm drawn from one number: 1 to 50 hosts, services of all modes, and then commands and faults for a
// while. Everything comes from that number, so a failure is replayed by it alone. First trouble(), in
// which only what must always hold is looked at; then heal(), after which all must be well in time.

#include <set>
#include <string>
#include <vector>

#include "tests/swarm_hosts/fixture.hpp"
#include "tests/swarm_hosts/safety.hpp"

namespace podium::swarm {

class RandomSwarm {
  public:
    explicit RandomSwarm(std::uint64_t number);
    RandomSwarm(const RandomSwarm&) = delete;
    RandomSwarm& operator=(const RandomSwarm&) = delete;

    void trouble();
    /// Ends all faults, has services want what can be, and waits for it.
    void heal();

    /// The first thing that did not hold or did not come about; empty: all did.
    [[nodiscard]] const std::string& wrong() const { return wrong_; }
    /// What it is and what was done, a line each.
    [[nodiscard]] const std::string& story() const { return story_; }
    [[nodiscard]] const SwarmHosts& hosts() const { return hosts_; }
    [[nodiscard]] const SwarmSafety& safety() const { return safety_; }
    /// How long after the faults had ended there was a leader, all nodes were ready, all services as wanted.
    [[nodiscard]] double led_after() const { return led_after_; }
    [[nodiscard]] double ready_after() const { return ready_after_; }
    [[nodiscard]] double well_after() const { return well_after_; }

  private:
    static std::uint32_t drawn_size(RandomStream& random, std::uint64_t number);

    void act();
    void break_something();
    std::vector<std::string> draw_faults();
    void lift_something();
    void use();
    void create_service();
    void update_service();
    void change_node();
    void leave();
    void look();
    void fail(const std::string& what);
    void tell(const std::string& what);

    [[nodiscard]] std::string host_name(std::uint32_t host) const { return "h" + std::to_string(host); }
    [[nodiscard]] std::uint32_t any_host() { return static_cast<std::uint32_t>(1 + random_.below(size_)); }
    [[nodiscard]] std::uint32_t asked_host();
    [[nodiscard]] std::string drawn_service();
    [[nodiscard]] std::string drawn_command();
    [[nodiscard]] Json drawn_spec();
    void add_options(Json& spec, Json& task, bool global);
    Answer update(std::uint32_t host, const std::string& service, const std::function<void(Json&)>& edit, const std::string& more = {});
    Answer update_node(std::uint32_t asked, std::uint32_t host, const std::function<void(Json&)>& edit);

    void mend_nodes();
    void mend_services();
    /// Runs until `missing` says nothing more, and says what it said last; empty: it came to that.
    std::string wait_for(const std::function<std::string()>& missing, double longest);
    [[nodiscard]] std::string missing_nodes() const;
    [[nodiscard]] std::string missing_services() const;
    [[nodiscard]] double longest_update() const;
    [[nodiscard]] std::string missing_of(ServiceId id, const Service& service) const;
    [[nodiscard]] std::string stray_containers() const;

    RandomStream random_;
    std::uint32_t size_;
    std::uint32_t managers_;
    SwarmHosts hosts_;
    SwarmSafety safety_;
    std::uint32_t made_ = 0;
    std::uint32_t reserving_ = 0;  // services that reserve something
    std::vector<std::string> services_;
    std::set<std::string> mended_;  ///< Those asked for once more after all nodes were ready.
    std::string wrong_;
    std::string story_;
    double led_after_ = 0;
    double ready_after_ = 0;
    double well_after_ = 0;
};

}  // namespace podium::swarm
