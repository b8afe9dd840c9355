#include "sim/core/fact_catalogue.hpp"

#include <algorithm>

#include "sim/base/assert.hpp"
#include "sim/base/fingerprint.hpp"
#include "sim/core/journal.hpp"

namespace podium {
namespace {

std::size_t words_of(FieldType type) { return type == FieldType::Long || type == FieldType::Duration ? 2 : 1; }

}  // namespace

FactCatalogue::FactCatalogue(const std::vector<const FactTable*>& tables) {
    for (const FactTable* table : tables) {
        for (const FactSpec& spec : *table) specs_.push_back(&spec);
    }
    std::sort(specs_.begin(), specs_.end(), [](const FactSpec* a, const FactSpec* b) { return a->kind < b->kind; });
    for (std::size_t i = 1; i < specs_.size(); ++i) {
        PODIUM_ASSERT(specs_[i - 1]->kind != specs_[i]->kind, "each kind of fact is declared once");
    }
}

const FactSpec* FactCatalogue::find(FactKind kind) const {
    const auto found = std::lower_bound(specs_.begin(), specs_.end(), kind, [](const FactSpec* spec, FactKind k) { return spec->kind < k; });
    return found != specs_.end() && (*found)->kind == kind ? *found : nullptr;
}

const FactSpec* FactCatalogue::find(std::string_view name) const {
    for (const FactSpec* spec : specs_) {
        if (spec->name == name) return spec;
    }
    return nullptr;
}

std::vector<FieldValue> FactCatalogue::fields(const Fact& fact, const Interner& strings) const {
    std::vector<FieldValue> out;
    const FactSpec* spec = find(fact.kind);
    if (spec == nullptr) return out;
    std::size_t word = 0;
    for (const FieldSpec& field : spec->fields) {
        const std::size_t wide = words_of(field.type);
        if (word + wide > fact.words.size()) break;
        FieldValue value{field.name, field.type, 0, {}};
        if (wide == 2) {
            value.number = static_cast<std::int64_t>(static_cast<std::uint64_t>(fact.words[word]) |
                                                     static_cast<std::uint64_t>(fact.words[word + 1]) << 32);
        } else if (field.type == FieldType::Text) {
            value.text = strings.text(StringId{fact.words[word]});
        } else {
            value.number = static_cast<std::int32_t>(fact.words[word]);
        }
        word += wide;
        out.push_back(value);
    }
    return out;
}

FieldValue FactCatalogue::field(const Fact& fact, std::string_view name, const Interner& strings) const {
    for (const FieldValue& value : fields(fact, strings)) {
        if (value.name == name) return value;
    }
    return {};
}

std::uint64_t FactCatalogue::fingerprint(const Journal& journal, const Interner& strings) const {
    std::vector<std::uint64_t> hashes(strings.size() + 1);  // of texts by number; 0: not made yet
    Fingerprint print;
    journal.for_each(journal.first(), [&](const Fact& fact) {
        print.add(static_cast<std::uint64_t>(fact.time.nanoseconds));
        print.add(static_cast<std::uint64_t>(fact.cause.value) << 32 | fact.subject.packed);
        print.add(static_cast<std::uint64_t>(fact.kind) << 32 | fact.words.size());
        std::size_t word = 0;
        const FactSpec* spec = find(fact.kind);
        for (std::size_t i = 0; spec != nullptr && i < spec->fields.size() && word < fact.words.size(); ++i) {
            const FieldType type = spec->fields[i].type;
            if (type == FieldType::Text) {
                std::uint64_t& hash = hashes[fact.words[word]];
                if (hash == 0) hash = hash_text(strings.text(StringId{fact.words[word]}));
                print.add(hash);
            } else {
                print.add(fact.words[word]);
                if (words_of(type) == 2 && word + 1 < fact.words.size()) print.add(fact.words[word + 1]);
            }
            word += words_of(type);
        }
        for (; word < fact.words.size(); ++word) print.add(fact.words[word]);
    });
    return print.value();
}

}  // namespace podium
