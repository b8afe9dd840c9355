#include <fmt/format.h>

#include "sim/model/world.hpp"
#include "sim/programs/small/input.hpp"
#include "sim/programs/small/programs.hpp"

namespace podium::programs::small {
namespace {

/// cat [-nbsAeEtTv] [FILE]...
class Cat final : public Cloned<Cat, ChunkFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        const Options options =
            read_options(argv(),
                         {"nbuAeEsTtv",
                          {{"number", 'n'},
                           {"number-nonblank", 'b'},
                           {"show-all", 'A'},
                           {"show-ends", 'E'},
                           {"show-tabs", 'T'},
                           {"show-nonprinting", 'v'},
                           {"squeeze-blank", 's'}}},
                         is_gnu(system));
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return 1;
        }
        number_blank_ = options.has('n') && !options.has('b');
        ends_ = options.has('A') || options.has('e') || options.has('E');
        tabs_ = options.has('A') || options.has('t') || options.has('T');
        controls_ = options.has('A') || options.has('e') || options.has('t') || options.has('v');
        squeeze_ = options.has('s');
        counts_ = options.has('n') || options.has('b');
        number_ = counts_ || ends_ || tabs_ || controls_ || squeeze_;
        input().set_files(options.operands);
        return std::nullopt;
    }

    std::optional<int> chunk(System& system, const std::string& data) override {
        if (!number_ && input().reads_zeros(system)) {
            const Errno error = ProcessContext::of(system).write_zeros(1, static_cast<std::int64_t>(data.size()));
            if (error == Errno::None) return std::nullopt;
        }
        out().add(number_ ? numbered(data) : data);
        return flush(system);
    }

    std::optional<int> file_begins(System& system) override {
        if (is_gnu(system) && writes_to_itself(system)) {
            complain(system, fmt::format("{}: input file is output file", input().name()));
            status_ = 1;
            input().skip_file(system);
        }
        return std::nullopt;
    }

    std::optional<int> failed(System& system) override {
        complain(system, input().cannot_open(is_gnu(system)));
        status_ = 1;
        return std::nullopt;
    }

    Step busy(System& system, std::size_t taken) override { return input().busy(system, taken); }

    Step end(System& /*system*/) override { return Step::exit(status_); }

  private:
    // Whether what is read and not empty is the file that is written to (coreutils cat.c).
    bool writes_to_itself(System& system) const {
        ProcessContext& context = ProcessContext::of(system);
        const auto file_of = [&context](int descriptor) -> const model::Stream* {
            const model::StreamId id = context.stream_of(descriptor);
            const model::Stream* stream = id ? context.world().streams.find(id) : nullptr;
            return stream != nullptr && stream->kind == model::Stream::Kind::File ? stream : nullptr;
        };
        const model::Stream* from = file_of(input().descriptor());
        const model::Stream* to = file_of(1);
        if (from == nullptr || to == nullptr || from->host != to->host || from->container != to->container || from->path != to->path) return false;
        return system.stat(from->path).size_bytes > from->offset;
    }

    std::string numbered(const std::string& data) {
        std::string out;
        for (const char c : data) {
            blank_lines_ = at_line_start_ && c == '\n' ? blank_lines_ + 1 : 0;
            if (squeeze_ && blank_lines_ > 1) continue;
            if (counts_ && at_line_start_ && (number_blank_ || c != '\n'))
                out += fmt::format("{:6}\t", ++line_);
            shown(c, out);
            at_line_start_ = c == '\n';
        }
        return out;
    }

    /// As -v, -E and -T show it: ^X, M-x, $ and ^I.
    void shown(char c, std::string& out) const {
        constexpr unsigned kDelete = 0x7f;
        constexpr unsigned kHigh = 0x80;
        auto byte = static_cast<unsigned char>(c);
        if (c == '\n') {
            out += ends_ ? "$\n" : "\n";
        } else if (c == '\t') {
            out += tabs_ ? "^I" : "\t";
        } else if (!controls_) {
            out += c;
        } else {
            if (byte >= kHigh) {
                out += "M-";
                byte = static_cast<unsigned char>(byte - kHigh);
            }
            if (byte < ' ')
                out += {'^', static_cast<char>(byte + '@')};
            else if (byte == kDelete)
                out += "^?";
            else
                out += static_cast<char>(byte);
        }
    }

    bool number_ = false;  ///< Something is made of the lines.
    bool counts_ = false;
    bool ends_ = false;
    bool tabs_ = false;
    bool controls_ = false;
    bool squeeze_ = false;
    int blank_lines_ = 0;
    bool number_blank_ = false;
    bool at_line_start_ = true;
    int line_ = 0;
};

}  // namespace

std::unique_ptr<shell::Program> make_cat(Start start) {
    return std::make_unique<Cat>(std::move(start));
}

}  // namespace podium::programs::small
