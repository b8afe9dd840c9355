// The comparing panel: variants of the open scenario on the same seeds, and what came of them in measures with
// paired differences.

#include <algorithm>
#include <array>
#include <cfloat>
#include <fmt/format.h>

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/compare_parts.hpp"
#include "ui/desktop/panels/panels.hpp"

namespace podium::desktop {
namespace {

constexpr std::array<std::uint64_t, 4> kSeedsOffered = {5, 10, 20, 50};
constexpr float kChoicesWidth = 250;

class ComparePanel final : public Panel {
  public:
    void prepare(Context&, const Frame& frame, const Area&) override {
        // Another scenario has other parameters.
        const std::vector<std::string> parameters = frame.lists && frame.lists->comparable ? frame.lists->parameters : std::vector<std::string>{};
        const bool comparable = frame.lists && frame.lists->comparable;
        if (parameters == parameters_ && comparable == comparable_) return;
        parameters_ = parameters;
        comparable_ = comparable;
        choices_ = comparable ? choices_of(*frame.lists) : std::vector<VariantChoice>{};
    }

    void draw(Context& context, const Frame& frame, const Area& area) override {
        put_heading(context, icon::kScales, "COMPARE");
        if (!comparable_) {
            quiet(context, "Open a scenario to compare its variants: the same faults, the same seeds, another policy.");
            if (button(context, "compare.open", "Find a scenario")) {
                context.palette_wanted = true;
                context.palette_text = "open ";
            }
            return;
        }
        // Within the panel's padding, so that the panel itself has nothing to scroll.
        const float height = std::max(ImGui::GetContentRegionAvail().y, context.px(60));
        const bool wide = area.width > context.px(kChoicesWidth * 2);
        const float left = wide ? context.px(kChoicesWidth) : area.width;
        // What is in a child is gone to like what is in the panel itself.
        constexpr ImGuiWindowFlags kOpen = ImGuiWindowFlags_NavFlattened;
        ImGui::BeginChild("compare.choices", ImVec2(left, wide ? height : height / 2), false, kOpen);
        draw_choices(context, frame, left - context.px(14));
        ImGui::EndChild();
        if (wide) ImGui::SameLine(0, context.px(12));
        ImGui::BeginChild("compare.outcome", ImVec2(0, 0), false, kOpen);
        if (frame.compare) draw_outcome(context, *frame.compare);
        else quiet(context, "Choose values; each becomes a variant, and all run on the same seeds.");
        ImGui::EndChild();
    }

  private:
    // --- what is compared ---

    void draw_choices(Context& context, const Frame& frame, float width) {
        const std::size_t variants = variants_of(choices_);
        const bool running = frame.compare && frame.compare->running;
        const bool too_many = variants > CompareView::kMostVariants;
        const std::string limit = fmt::format("At most {} variants are compared here: choose fewer values. podium compare takes more.", CompareView::kMostVariants);
        // What is chosen from may be more than there is room for; the button that begins is always in sight.
        const ImFont* small = context.fonts->small;
        const float spacing = ImGui::GetStyle().ItemSpacing.y;
        const float said = too_many ? small->CalcTextSizeA(small->FontSize, FLT_MAX, width, limit.c_str()).y + spacing * 2 : 0;
        const float room = ImGui::GetContentRegionAvail().y - context.px(30) - spacing - said;
        ImGui::BeginChild("compare.values", ImVec2(0, std::max(room, context.px(24))), false, ImGuiWindowFlags_NavFlattened);
        draw_values(context, width);
        ImGui::EndChild();
        const std::string words = variants < 2 ? std::string("Compare") : fmt::format("Compare {} variants, {} runs", variants, variants * seeds_);
        if (button(context, "compare.run", words, width, variants > 1 && !too_many && !running, true)) context.send(wanted_of(choices_, seeds_));
        if (!too_many) return;
        quiet(context, limit);
        context.mark("compare.too_many");
    }

    void draw_values(Context& context, float width) {
        for (VariantChoice& choice : choices_) {
            quiet(context, choice.name);
            float x = 0;
            for (std::size_t i = 0; i < choice.values.size(); ++i) {
                const float wide = chip_width(context, choice.values[i]);
                if (x > 0 && x + wide > width) x = 0;
                if (x > 0) ImGui::SameLine(0, context.px(6));
                if (chip(context, fmt::format("compare.value.{}.{}", choice.name, choice.values[i]), choice.values[i], choice.chosen[i]))
                    choice.chosen[i] = !choice.chosen[i];
                x += wide + context.px(6);
            }
        }
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const ImVec2 size = words_size(context.fonts->small, "seeds");
        put_words(ImGui::GetWindowDrawList(), context.fonts->small, ImVec2(at.x, at.y + (context.px(24) - size.y) / 2), context.theme->dim, "seeds");
        ImGui::Dummy(ImVec2(size.x, context.px(24)));
        for (std::size_t i = 0; i < kSeedsOffered.size(); ++i) {
            ImGui::SameLine(0, context.px(i > 0 ? 6 : 10));
            if (chip(context, fmt::format("compare.seeds.{}", kSeedsOffered[i]), fmt::format("{}", kSeedsOffered[i]), seeds_ == kSeedsOffered[i]))
                seeds_ = kSeedsOffered[i];
        }
    }

    static float chip_width(const Context& context, const std::string& words) { return words_size(context.fonts->small, words).x + context.px(20); }

    static bool chip(Context& context, const std::string& id, const std::string& words, bool chosen) {
        const Theme& theme = *context.theme;
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const Area area{at.x, at.y, chip_width(context, words), context.px(24)};
        const bool clicked = hit(context, id, area);
        const bool hot = ImGui::IsItemHovered() || ImGui::IsItemFocused();
        ImDrawList* list = ImGui::GetWindowDrawList();
        const ImVec2 to(area.right(), area.bottom());
        list->AddRectFilled(at, to, packed(mixed(theme.raised, theme.accent, chosen ? 0.35F : hot ? 0.15F : 0.0F)), context.px(6));
        if (chosen || hot) list->AddRect(at, to, packed(theme.accent), context.px(6));
        const float drop = (area.height - context.fonts->small->FontSize) / 2;
        put_words(list, context.fonts->small, ImVec2(at.x + context.px(10), at.y + drop), chosen ? theme.text : theme.dim, words);
        return clicked;
    }

    // --- what came of it ---

    static void draw_outcome(Context& context, const CompareView& compare) {
        const Theme& theme = *context.theme;
        if (!compare.error.empty()) {
            ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(theme.bad));
            ImGui::PushTextWrapPos(0);
            ImGui::TextUnformatted((std::string(icon::kWarning) + "  " + compare.error).c_str());
            ImGui::PopTextWrapPos();
            ImGui::PopStyleColor();
            context.mark("compare.error");
            return;
        }
        if (compare.running) {
            quiet(context, fmt::format("{} of {} runs", compare.done, compare.runs));
            const ImVec2 at = ImGui::GetCursorScreenPos();
            const float width = std::min(ImGui::GetContentRegionAvail().x, context.px(360));
            const float share = compare.runs == 0 ? 0 : static_cast<float>(compare.done) / static_cast<float>(compare.runs);
            put_bar(context, ImGui::GetWindowDrawList(), {at.x, at.y, width, context.px(6)}, share, theme.accent);
            context.mark("compare.progress", Area{at.x, at.y, width, context.px(6)});
            ImGui::Dummy(ImVec2(width, context.px(10)));
            return;
        }
        draw_table(context, compare);
    }

    static void draw_table(Context& context, const CompareView& compare) {
        constexpr ImGuiTableFlags kFlags = ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_ScrollX | ImGuiTableFlags_ScrollY | ImGuiTableFlags_SizingFixedFit;
        const float footer = context.px(36);
        const auto columns = static_cast<int>(compare.variants.size()) + 1;
        if (ImGui::BeginTable("compare.table", columns, kFlags, ImVec2(0, -footer))) {
            ImGui::TableSetupScrollFreeze(1, 1);
            ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed);
            for (const std::string& variant : compare.variants) ImGui::TableSetupColumn(variant.c_str(), ImGuiTableColumnFlags_WidthFixed);
            ImGui::TableNextRow();
            for (std::size_t i = 0; i < compare.variants.size(); ++i) {
                ImGui::TableSetColumnIndex(static_cast<int>(i) + 1);
                ImGui::PushFont(context.fonts->bold);
                ImGui::TextUnformatted(compare.variants[i].c_str());
                ImGui::PopFont();
            }
            for (const CompareView::Row& row : compare.rows) draw_row(context, compare, row);
            ImGui::EndTable();
        }
        context.mark("compare.table");
        if (button(context, "compare.copy", "Copy the whole table as text")) ImGui::SetClipboardText(compare.text.c_str());
    }

    static void draw_row(Context& context, const CompareView& compare, const CompareView::Row& row) {
        const Theme& theme = *context.theme;
        ImGui::TableNextRow();
        ImGui::TableSetColumnIndex(0);
        ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(theme.dim));
        ImGui::TextUnformatted(row.measure.c_str());
        ImGui::PopStyleColor();
        for (std::size_t i = 0; i < row.values.size(); ++i) {
            ImGui::TableSetColumnIndex(static_cast<int>(i) + 1);
            ImGui::TextUnformatted(row.values[i].c_str());
            ImGui::PushFont(context.fonts->small);
            if (!row.differences[i].empty()) {
                ImGui::SameLine(0, context.px(10));
                ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(theme.accent));
                ImGui::TextUnformatted(row.differences[i].c_str());
                ImGui::PopStyleColor();
            }
            draw_ends(context, compare, row, i);
            ImGui::PopFont();
        }
    }

    // The least and the greatest of the seeds, each to be looked at.
    static void draw_ends(Context& context, const CompareView& compare, const CompareView::Row& row, std::size_t variant) {
        const Theme& theme = *context.theme;
        ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(theme.faint));
        const CompareView::Row::Ends& ends = row.ends[variant];
        const bool alike = ends.least_seed == ends.most_seed;
        ImGui::TextUnformatted(row.values[variant] == "-" ? "no such thing" : alike ? "alike on all seeds" : row.spreads[variant].c_str());
        ImGui::PopStyleColor();
        if (alike) return;
        for (const auto& [word, seed] : {std::pair{"least", ends.least_seed}, std::pair{"most", ends.most_seed}}) {
            ImGui::SameLine(0, context.px(8));
            const std::string words = fmt::format("seed {}", seed);
            const std::string id = fmt::format("compare.seed.{}.{}.{}", row.measure, variant + 1, word);
            const ImVec2 at = ImGui::GetCursorScreenPos();
            const ImVec2 size = words_size(context.fonts->small, words);
            if (hit(context, id, {at.x, at.y, size.x, size.y})) context.send(opening(compare, variant, seed));
            const bool hot = ImGui::IsItemHovered() || ImGui::IsItemFocused();
            if (hot) ImGui::SetTooltip("Open this run: %s of its seeds", word);
            put_words(ImGui::GetWindowDrawList(), context.fonts->small, at, hot ? theme.text : theme.accent, words);
        }
    }

    static void quiet(const Context& context, const std::string& words) {
        ImGui::PushFont(context.fonts->small);
        ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(context.theme->dim));
        ImGui::PushTextWrapPos(0);
        ImGui::TextUnformatted(words.c_str());
        ImGui::PopTextWrapPos();
        ImGui::PopStyleColor();
        ImGui::PopFont();
    }

    std::vector<VariantChoice> choices_;
    std::vector<std::string> parameters_;
    bool comparable_ = false;
    std::uint64_t seeds_ = 10;
};

}  // namespace

std::unique_ptr<Panel> make_compare_panel() {
    return std::make_unique<ComparePanel>();
}

}  // namespace podium::desktop
