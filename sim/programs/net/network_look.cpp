// Programs that only look at the network of their machine, or ask for names: ip, ifconfig, ss, netstat,
// nslookup, getent. What they show is read from the world at that moment.

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/bridge.hpp"
#include "sim/model/bridge_options.hpp"
#include "sim/model/way.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/client.hpp"
#include "sim/programs/net/programs.hpp"
#include "sim/programs/net/route.hpp"

namespace podium::programs::net {
namespace {

using model::ContainerId;
using model::HostId;
using model::Ipv4;
using model::ProcessContext;
using model::World;
using shell::Step;

struct Interface {
    int index = 1;
    std::string name;
    std::string link;     ///< What follows its name: "@if7".
    std::string master;   ///< The bridge it belongs to.
    std::string mac;
    std::string address;  ///< Empty: none.
    int prefix = 0;
    std::string broadcast;
    bool loopback = false;
    bool up = true;
    int mtu = 1500;
    std::string gateway;  ///< Of the default route, if it goes here.
};

constexpr int kFirstVeth = 20;
constexpr int kVethsOfContainer = 8;

int veth_index(ContainerId container, std::size_t endpoint) { return kFirstVeth + static_cast<int>(container.value) * kVethsOfContainer + static_cast<int>(endpoint) * 2; }

Interface loopback() {
    Interface lo;
    lo.name = "lo";
    lo.mac = "00:00:00:00:00:00";
    lo.address = "127.0.0.1";
    lo.prefix = 8;
    lo.loopback = true;
    lo.mtu = 65'536;
    return lo;
}

void give_address(Interface& row, Ipv4 address, int prefix) {
    row.address = address.text();
    row.prefix = prefix;
    const model::Subnet subnet{Ipv4{prefix == 0 ? 0 : address.value & (0xFFFFFFFFU << (32 - prefix))}, prefix};
    row.broadcast = subnet.broadcast().text();
}

std::vector<Interface> interfaces_of_host(const World& world, HostId host) {
    std::vector<Interface> out{loopback()};
    Interface card;
    card.index = 2;
    card.name = "eth0";
    if (const auto address = model::parse_ipv4(world.host(host).spec.address)) {
        card.mac = "52:54:00" + model::mac_from_ip(*address).substr(8);
        give_address(card, *address, kHostNetworkPrefix);
        card.gateway = Ipv4{(address->value & 0xFFFFFF00U) + 1}.text();
    }
    out.push_back(card);
    int index = 2;
    for (const model::BridgeId id : model::networks_of(world, host)) {
        const model::Bridge& bridge = world.bridge(id);
        if (bridge.driver != "bridge") continue;
        Interface row;
        row.index = ++index;
        row.name = model::bridge_interface(bridge);
        row.mac = "02:42" + model::mac_from_ip(bridge.gateway).substr(5);
        give_address(row, bridge.gateway, bridge.subnet.prefix_length);
        row.up = !model::containers_on(world, id).empty();
        if (row.up) row.mtu = std::min(row.mtu, model::mtu_of(bridge));  // a bridge takes the least of its ports'
        out.push_back(row);
    }
    for (const model::BridgeId id : model::networks_of(world, host)) {
        const model::Bridge& bridge = world.bridge(id);
        if (bridge.driver != "bridge") continue;
        for (const ContainerId container : model::containers_on(world, id)) {
            const auto& endpoints = world.detail(container).endpoints;
            for (std::size_t i = 0; i < endpoints.size(); ++i) {
                if (endpoints[i].bridge != id || !endpoints[i].connected) continue;
                Interface row;
                row.index = veth_index(container, i) + 1;
                row.name = "veth" + model::endpoint_id_text(world, container, endpoints[i]).substr(0, 7);
                row.link = fmt::format("@if{}", row.index - 1);
                row.master = model::bridge_interface(bridge);
                row.mtu = model::mtu_of(bridge);
                row.mac = "fe:" + model::mac_from_ip(endpoints[i].ipv4).substr(3);
                out.push_back(row);
            }
        }
    }
    return out;
}

std::vector<Interface> interfaces(ProcessContext& context) {
    const World& world = context.world();
    const HostId host = context.row().host;
    if (!context.row().container) return interfaces_of_host(world, host);
    const ContainerId owner = model::network_owner(world, context.row().container);
    std::vector<Interface> out{loopback()};
    if (!owner) return out;
    const auto& endpoints = world.detail(owner).endpoints;
    const model::Endpoint* gateway = model::gateway_of(world, owner);
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        const model::Endpoint& endpoint = endpoints[i];
        if (endpoint.network == "host") return interfaces_of_host(world, host);
        if (!endpoint.connected || !endpoint.ipv4) continue;
        const model::Bridge& bridge = world.bridge(endpoint.bridge);
        Interface row;
        row.index = veth_index(owner, i);
        row.name = fmt::format("{}{}", model::interface_prefix(bridge), out.size() - 1);
        row.link = fmt::format("@if{}", row.index + 1);
        row.mac = model::mac_from_ip(endpoint.ipv4);
        give_address(row, endpoint.ipv4, bridge.subnet.prefix_length);
        row.mtu = model::mtu_of(bridge);
        if (&endpoint == gateway) row.gateway = bridge.gateway.text();
        out.push_back(row);
    }
    return out;
}

class NetworkLook final : public ClonedProgram<NetworkLook> {
  public:
    NetworkLook(Arguments argv, bool busybox) : argv_(std::move(argv)), busybox_(busybox) {}

    Step step(shell::System& system) override {
        ProcessContext& context = ProcessContext::of(system);
        const std::string name = argv_.front().substr(argv_.front().rfind('/') + 1);
        if (name == "ip") return ip(context);
        if (name == "ifconfig") return ifconfig(context);
        if (name == "nslookup") return nslookup(context);
        if (name == "getent") return getent(context);
        return sockets(context, name);
    }

  private:
    static Step refuse(ProcessContext& context, const std::string& text, int status) {
        print_error(context, text);
        return Step::exit(status);
    }

    // --- ip ---

    Step ip(ProcessContext& context) {
        bool brief = false;
        std::vector<std::string> words;
        for (std::size_t i = 1; i < argv_.size(); ++i) {
            const std::string& word = argv_[i];
            if (word == "-br" || word == "-brief") brief = true;
            else if (word == "-4" || word == "-c" || word == "-color" || word == "-color=auto") continue;
            else if (word.starts_with('-')) return refuse(context, fmt::format("ip: Podium does not model the option {} of ip\n", word), 255);
            else words.push_back(word);
        }
        if (words.empty()) return refuse(context, "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n       ip models OBJECT := { address | link | route } here\n", 255);
        const std::string object = words.front();
        const auto is = [&object](std::string_view whole) { return whole.starts_with(object); };
        std::string device;
        for (std::size_t i = 1; i < words.size(); ++i) {
            if (words[i] == "show" || words[i] == "list" || words[i] == "ls" || words[i] == "s" || words[i] == "sh" || words[i] == "dev") continue;
            if (words[i] == "add" || words[i] == "del" || words[i] == "set" || words[i] == "flush" || words[i] == "replace" || words[i] == "get") return refuse(context, "ip: Podium shows the network and does not change it with ip; cut links with 'inject'\n", 2);
            device = words[i];
        }
        std::vector<Interface> rows = interfaces(context);
        if (is("route")) return print_routes(context, rows);
        const bool addresses = is("address");
        if (!addresses && !is("link")) return refuse(context, fmt::format("Object \"{}\" is unknown, try \"ip help\".\n", object), 1);
        if (!device.empty()) {
            std::erase_if(rows, [&device](const Interface& row) { return row.name != device; });
            if (rows.empty()) return refuse(context, busybox_ ? fmt::format("ip: can't find device '{}'\n", device) : fmt::format("Device \"{}\" does not exist.\n", device), 1);
        }
        std::string out;
        for (const Interface& row : rows) out += brief ? brief_text(row, addresses) : full_text(row, addresses);
        print(context, out);
        return Step::exit(0);
    }

    static std::string brief_text(const Interface& row, bool addresses) {
        const std::string_view state = row.loopback ? "UNKNOWN" : row.up ? "UP" : "DOWN";
        if (!addresses) return fmt::format("{:<16} {:<14} {} \n", row.name + row.link, state, row.mac);
        return fmt::format("{:<16} {:<14} {}\n", row.name + row.link, state, row.address.empty() ? "" : fmt::format("{}/{} ", row.address, row.prefix));
    }

    std::string full_text(const Interface& row, bool addresses) const {
        if (busybox_) return busybox_text(row, addresses);
        std::string flags = row.loopback ? "LOOPBACK,UP,LOWER_UP" : row.up ? "BROADCAST,MULTICAST,UP,LOWER_UP" : "NO-CARRIER,BROADCAST,MULTICAST,UP";
        const std::string master = row.master.empty() ? "" : " master " + row.master;
        std::string out = fmt::format("{}: {}{}: <{}> mtu {} qdisc noqueue{} state {} group default{}\n", row.index, row.name, row.link, flags, row.mtu, master, row.loopback ? "UNKNOWN" : row.up ? "UP" : "DOWN", row.loopback ? " qlen 1000" : "");
        out += row.loopback ? fmt::format("    link/loopback {} brd 00:00:00:00:00:00\n", row.mac) : fmt::format("    link/ether {} brd ff:ff:ff:ff:ff:ff{}\n", row.mac, row.link.empty() ? "" : " link-netnsid 0");
        if (!addresses || row.address.empty()) return out;
        out += row.loopback ? fmt::format("    inet {}/{} scope host lo\n", row.address, row.prefix) : fmt::format("    inet {}/{} brd {} scope global {}\n", row.address, row.prefix, row.broadcast, row.name);
        return out + "       valid_lft forever preferred_lft forever\n";
    }

    // busybox 1.37's ip.
    static std::string busybox_text(const Interface& row, bool addresses) {
        std::string flags = row.loopback ? "LOOPBACK,UP,LOWER_UP" : row.up ? "BROADCAST,MULTICAST,UP,LOWER_UP" : "NO-CARRIER,BROADCAST,MULTICAST,UP";
        if (!row.link.empty()) flags += ",M-DOWN";
        const std::string master = row.master.empty() ? "" : "master " + row.master + " ";
        std::string out = fmt::format("{}: {}{}: <{}> mtu {} qdisc noqueue {}state {} {}\n", row.index, row.name, row.link, flags, row.mtu, master, row.loopback ? "UNKNOWN" : row.up ? "UP" : "DOWN", row.loopback ? "qlen 1000" : "");
        out += row.loopback ? fmt::format("    link/loopback {0} brd {0}\n", row.mac) : fmt::format("    link/ether {} brd ff:ff:ff:ff:ff:ff\n", row.mac);
        if (!addresses || row.address.empty()) return out;
        out += row.loopback ? fmt::format("    inet {}/{} scope host lo\n", row.address, row.prefix) : fmt::format("    inet {}/{} brd {} scope global {}\n", row.address, row.prefix, row.broadcast, row.name);
        return out + "       valid_lft forever preferred_lft forever\n";
    }

    static Step print_routes(ProcessContext& context, const std::vector<Interface>& rows) {
        std::string out;
        for (const Interface& row : rows) {
            if (!row.gateway.empty()) out += fmt::format("default via {} dev {} \n", row.gateway, row.name);
        }
        for (const Interface& row : rows) {
            if (row.loopback || row.address.empty()) continue;
            const auto address = model::parse_ipv4(row.address);
            const Ipv4 base{address->value & (0xFFFFFFFFU << (32 - row.prefix))};
            out += fmt::format("{}/{} dev {} proto kernel scope link src {} {}\n", base.text(), row.prefix, row.name, row.address, row.up ? "" : "linkdown ");
        }
        print(context, out);
        return Step::exit(0);
    }

    Step ifconfig(ProcessContext& context) {
        std::vector<Interface> rows = interfaces(context);
        if (argv_.size() > 2) return refuse(context, "ifconfig: Podium shows the network and does not change it with ifconfig\n", 1);
        if (argv_.size() == 2 && argv_[1] != "-a") {
            std::erase_if(rows, [this](const Interface& row) { return row.name != argv_[1]; });
            if (rows.empty()) return refuse(context, busybox_ ? fmt::format("ifconfig: {}: error fetching interface information: Device not found\n", argv_[1]) : fmt::format("{}: error fetching interface information: Device not found\n", argv_[1]), 1);
        }
        if (busybox_) return busybox_ifconfig(context, std::move(rows));
        std::string out;
        for (const Interface& row : rows) {
            std::string mask;
            if (!row.address.empty()) mask = Ipv4{0xFFFFFFFFU << (32 - row.prefix)}.text();
            out += fmt::format("{}: flags={}<UP,{}RUNNING{}>  mtu {}\n", row.name, row.loopback ? 73 : 4163, row.loopback ? "LOOPBACK," : "BROADCAST,", row.loopback ? "" : ",MULTICAST", row.mtu);
            if (!row.address.empty()) out += fmt::format("        inet {}  netmask {}{}\n", row.address, mask, row.loopback ? "" : "  broadcast " + row.broadcast);
            out += row.loopback ? "        loop  txqueuelen 1000  (Local Loopback)\n\n" : fmt::format("        ether {}  txqueuelen 0  (Ethernet)\n\n", row.mac);
        }
        print(context, out);
        return Step::exit(0);
    }

    // busybox 1.37's ifconfig, without the packets, which are not counted for each interface here.
    static Step busybox_ifconfig(ProcessContext& context, std::vector<Interface> rows) {
        std::stable_sort(rows.begin(), rows.end(), [](const Interface& a, const Interface& b) { return !a.loopback && b.loopback; });
        std::string out;
        for (const Interface& row : rows) {
            out += fmt::format("{:<9} Link encap:{}\n", row.name, row.loopback ? "Local Loopback  " : "Ethernet  HWaddr " + upper(row.mac) + "  ");
            if (!row.address.empty()) {
                const std::string mask = Ipv4{0xFFFFFFFFU << (32 - row.prefix)}.text();
                out += fmt::format("          inet addr:{}{}  Mask:{}\n", row.address, row.loopback ? "" : "  Bcast:" + row.broadcast, mask);
            }
            out += fmt::format("          UP {}  MTU:{}  Metric:1\n\n", row.loopback ? "LOOPBACK RUNNING" : row.up ? "BROADCAST RUNNING MULTICAST" : "BROADCAST MULTICAST", row.mtu);
        }
        print(context, out);
        return Step::exit(0);
    }

    // --- who listens ---

    // Letters of options that say no more than what is shown anyway, but for u and p.
    Step sockets(ProcessContext& context, const std::string& name) {
        bool udp = false;
        bool tcp = false;
        for (std::size_t i = 1; i < argv_.size(); ++i) {
            if (argv_[i].size() < 2 || argv_[i].front() != '-' || argv_[i].find_first_not_of("tulnap4", 1) != std::string::npos) return refuse(context, fmt::format("{}: Podium models {} -tuln only, not {}\n", name, name, argv_[i]), 1);
            udp = udp || argv_[i].find('u') != std::string::npos;
            tcp = tcp || argv_[i].find('t') != std::string::npos;
        }
        if (!udp && !tcp) udp = tcp = true;
        const bool processes = has_letter('p');
        std::vector<Socket> rows = listening(context);
        std::erase_if(rows, [&](const Socket& row) { return row.protocol == "tcp" ? !tcp : !udp; });
        print(context, name == "ss" ? ss_text(rows, udp && tcp, processes) : netstat_text(rows, processes, udp, tcp));
        return Step::exit(0);
    }

    struct Socket {
        std::string protocol;
        std::string ip;
        int port = 0;
        std::string program;
        std::uint32_t pid = 0;  ///< 0: not told.
        int descriptor = 4;

        [[nodiscard]] bool is_v6() const { return ip == "::"; }
    };

    [[nodiscard]] bool has_letter(char letter) const {
        return std::any_of(argv_.begin() + 1, argv_.end(), [letter](const std::string& word) { return word.find(letter) != std::string::npos; });
    }

    // The server behind a listener is the first process of its container.
    static void name_process(const World& world, model::ProcessId process, bool inside, Socket& to) {
        const model::Process* row = world.processes.find(process);
        if (row == nullptr || row->argv.empty()) return;
        to.program = row->argv.front().substr(row->argv.front().rfind('/') + 1);
        if (to.program.ends_with(':')) to.program.pop_back();
        to.pid = inside ? row->pid : row->host_pid;
    }

    static std::vector<Socket> listening(ProcessContext& context) {
        const World& world = context.world();
        const ContainerId self = context.row().container;
        std::vector<Socket> rows;
        for (const model::Listener& listener : world.host(context.row().host).listeners) {
            if (listener.container != self || listener.protocol == model::kUnixSocket) continue;
            Socket row{listener.protocol, "0.0.0.0", listener.port, {}, 0, 4};
            name_process(world, listener.process, static_cast<bool>(self), row);
            rows.push_back(row);
        }
        if (self) return rows;
        for (const model::Container& c : world.containers) {
            if (c.host != context.row().host || !c.detail || !c.process_alive) continue;
            // One docker-proxy for each published port, which the engine starts just before the container's process.
            std::uint32_t pid = 0;
            if (const model::Process* main = world.processes.find(c.detail->main)) pid = main->host_pid - static_cast<std::uint32_t>(std::min<std::size_t>(c.detail->ports.size(), main->host_pid));
            for (const model::PublishedPort& port : c.detail->ports) rows.push_back({port.protocol, port.host_ip, port.host_port, "docker-proxy", pid == 0 ? 0 : pid++, 4});
        }
        return rows;
    }

    static std::string ss_text(const std::vector<Socket>& rows, bool both, bool processes) {
        // ss of iproute2 6.1 makes a column as wide as its widest entry; it leaves out what is the same for all.
        std::size_t local = std::string_view("Local Address").size();
        std::size_t peer = std::string_view("Peer Address").size();
        std::size_t port = std::string_view("Port").size();
        const auto address_of = [](const Socket& row) { return row.is_v6() ? std::string("[::]") : row.ip; };
        for (const Socket& row : rows) {
            local = std::max(local, address_of(row).size());
            port = std::max(port, fmt::format("{}", row.port).size());
        }
        std::string out = fmt::format("{}{:<6} {:<6} {:<6} {:>{}}:{:<{}} {:>{}}:{:<4} {}\n", both ? "Netid " : "", "State", "Recv-Q", "Send-Q", "Local Address", local, "Port", port, "Peer Address", peer, "Port", "Process");
        for (const Socket& row : rows) {
            const bool tcp = row.protocol == "tcp";
            out += fmt::format("{}{:<6} {:<6} {:<6} {:>{}}:{:<{}} {:>{}}:{:<4} {}\n", both ? fmt::format("{:<6}", row.protocol) : "", tcp ? "LISTEN" : "UNCONN", 0, tcp ? 4096 : 0, address_of(row), local, row.port, port, row.is_v6() ? "[::]" : "0.0.0.0", peer, "*", processes && row.pid != 0 ? fmt::format("users:((\"{}\",pid={},fd={}))", row.program, row.pid, row.descriptor) : "");
        }
        return out;
    }

    [[nodiscard]] std::string netstat_text(const std::vector<Socket>& rows, bool processes, bool udp, bool tcp) const {
        // As net-tools 2.10; busybox's has the same columns.
        std::string out = fmt::format("Active Internet connections (only servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State      {}\n", processes ? "PID/Program name    " : "");
        for (const std::string_view protocol : {"tcp", "udp"}) {
            if (protocol == "tcp" ? !tcp : !udp) continue;
            for (const bool v6 : {false, true}) {
                for (const Socket& row : rows) {
                    if (row.protocol != protocol || row.is_v6() != v6) continue;
                    const std::string owner = !processes ? "" : row.pid == 0 ? "-                   " : fmt::format("{:<20}", fmt::format("{}/{}", row.pid, row.program).substr(0, 19));
                    out += fmt::format("{:<5} {:>6} {:>6} {:<23} {:<23} {:<11} {}\n", row.protocol + (v6 ? "6" : ""), 0, 0, fmt::format("{}:{}", row.ip, row.port), v6 ? ":::*" : "0.0.0.0:*", row.protocol == "tcp" ? "LISTEN" : "", owner);
                }
            }
        }
        return out;
    }

    // --- names ---

    static bool read_file(ProcessContext& context, const std::string& path, std::string& text) {
        constexpr std::size_t kMost = 65'536;
        int descriptor = -1;
        if (context.open(path, shell::OpenMode::Read, descriptor) != shell::Errno::None) return false;
        text = context.read(descriptor, kMost).data;
        context.close(descriptor);
        return true;
    }

    // The first of /etc/resolv.conf in a container; on a host the network's own, behind what stands there.
    static std::string name_server(ProcessContext& context) {
        if (!context.row().container) {
            const auto own = model::parse_ipv4(context.world().host(context.row().host).spec.address);
            return own ? Ipv4{(own->value & 0xFFFFFF00U) + 1}.text() : "127.0.0.53";
        }
        std::string text;
        if (!read_file(context, "/etc/resolv.conf", text)) return "127.0.0.1";
        for (const std::string& line : split(text, '\n')) {
            constexpr std::string_view kServer = "nameserver ";
            if (line.starts_with(kServer)) return std::string(trim(line.substr(kServer.size())));
        }
        return "127.0.0.1";  // what the library asks without any
    }

    Step nslookup(ProcessContext& context) {
        if (argv_.size() != 2 || argv_[1].starts_with('-')) return refuse(context, "nslookup: Podium models 'nslookup NAME' only\n", 1);
        const Route route = find_route(context, argv_[1]);
        const std::string server = name_server(context);
        const bool embedded = server.starts_with("127.");
        if (!embedded && !route.resolved && !model::has_way_out(context.world(), model::place_of(context.world(), context.row().container))) {
            if (busybox_) print_error(context, fmt::format("nslookup: write to '{}': Network unreachable\n", server));
            print(context, ";; connection timed out; no servers could be reached\n\n");
            return Step::exit(1);
        }
        std::string out = fmt::format("Server:\t\t{}\nAddress:\t{}{}53\n\n", server, server, busybox_ ? ":" : "#");
        if (!route.resolved) {
            out += fmt::format("** server can't find {}: NXDOMAIN\n\n", argv_[1]);
            print(context, out);
            return Step::exit(1);
        }
        out += "Non-authoritative answer:\n";
        for (const std::string& address : route.addresses) out += fmt::format("Name:\t{}\nAddress: {}\n", argv_[1], address);
        print(context, out + "\n");
        return Step::exit(0);
    }

    Step getent(ProcessContext& context) {
        if (argv_.size() < 2) return refuse(context, "getent: wrong number of arguments\nTry `getent --help' or `getent --usage' for more information.\n", 1);
        if ((argv_[1] != "hosts" && argv_[1] != "ahosts" && argv_[1] != "ahostsv4") || argv_.size() < 3) return refuse(context, "getent: Podium models 'getent hosts NAME' only\n", 1);
        int status = 0;
        for (std::size_t i = 2; i < argv_.size(); ++i) {
            const Route route = find_route(context, argv_[i]);
            if (!route.resolved) status = 2;
            for (const std::string& address : route.addresses) print(context, argv_[1] == "hosts" ? fmt::format("{:<15} {}\n", address, argv_[i]) : fmt::format("{:<15} STREAM {}\n", address, argv_[i]));
        }
        return Step::exit(status);
    }

    Arguments argv_;
    bool busybox_;
};

}  // namespace

ProgramPointer make_network_look(const Arguments& argv, bool busybox) { return std::make_unique<NetworkLook>(argv, busybox); }

}  // namespace podium::programs::net
