// A host's images: what `docker pull`, `tag`, `rmi` and `image prune` change. Removal follows
// moby v20.10.24 daemon/images/image_delete.go, its order of checks and its sentences.

#include <algorithm>

#include <fmt/format.h>

#include "sim/model/image.hpp"
#include "sim/model/object_id.hpp"

namespace podium::model {
namespace {

constexpr std::string_view kAlgorithm = "sha256:";

bool is_prefix_of_id(const std::string& id, std::string_view text) {
    return id.starts_with(text) || std::string_view(id).substr(kAlgorithm.size()).starts_with(text);
}

bool is_hexadecimal(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// True when all references are of one repository and at most one of them is a tag; false for none.
bool is_single_reference(const std::vector<ImageReference>& references) {
    if (references.size() <= 1) return references.size() == 1;
    std::set<std::string> digest_names;
    const ImageReference* tagged = nullptr;
    for (const ImageReference& reference : references) {
        if (!reference.digest.empty()) {
            digest_names.insert(reference.name());
        } else if (tagged == nullptr) {
            tagged = &reference;
        } else {
            return false;
        }
    }
    if (tagged == nullptr) tagged = &references.front();
    return digest_names.size() == 1 && digest_names.contains(tagged->name());
}

const ImageUser* first_user(const std::vector<ImageUser>& users, const std::string& id, std::optional<bool> running) {
    for (const ImageUser& user : users) {
        if (user.image_id == id && (!running || user.running == *running)) return &user;
    }
    return nullptr;
}

struct Conflict {
    bool used = false;  // by a container
    std::string message;
};

// Why an image can't be deleted; nothing when it can. `soft` also counts what force overrules.
std::optional<Conflict> deletion_conflict(const std::string& id, bool references, bool soft,
                                          bool count_references, const std::vector<ImageUser>& users, bool has_children) {
    const auto sentence = [&](std::string_view force, const std::string& reason) {
        return fmt::format("conflict: unable to delete {} ({}) - {}", short_id(id), force, reason);
    };
    // moby checkImageDeleteConflict asks for children before it does for running containers.
    if (const ImageUser* user = first_user(users, id, true); user != nullptr && !has_children) {
        return Conflict{true, sentence("cannot be forced", fmt::format("image is being used by running container {}",
                                                                       short_id(user->container_id)))};
    }
    if (has_children) return Conflict{false, sentence("cannot be forced", "image has dependent child images")};
    if (!soft) return std::nullopt;
    if (references && count_references) {
        return Conflict{false, sentence("must be forced", "image is referenced in multiple repositories")};
    }
    if (const ImageUser* user = first_user(users, id, false)) {
        return Conflict{true, sentence("must be forced", fmt::format("image is being used by stopped container {}",
                                                                     short_id(user->container_id)))};
    }
    return std::nullopt;
}

// The ids the engine gives to a stack of layers; what it prints for each layer it deletes.
std::vector<std::string> chain_ids(const Image& image) {
    std::vector<std::string> chain;
    for (const ImageLayer& layer : image.layers) {
        chain.push_back(chain.empty() ? make_digest("chain", layer.digest, 0)
                                      : make_digest("chain", chain.back() + " " + layer.digest, 0));
    }
    return chain;
}

}  // namespace

std::int64_t Image::size_bytes() const {
    std::int64_t sum = 0;
    for (const ImageLayer& layer : layers) sum += layer.size_bytes;
    return sum;
}

std::int64_t Image::compressed_bytes() const {
    std::int64_t sum = 0;
    for (const ImageLayer& layer : layers) sum += layer.compressed_bytes;
    return sum;
}

// --- finding -------------------------------------------------------------------------------------

const ImagePointer* ImageStore::find_place(std::string_view text) const {
    std::string_view digits = text;
    if (digits.starts_with(kAlgorithm)) digits.remove_prefix(kAlgorithm.size());
    const bool whole_id = digits.size() == 64 && is_hexadecimal(digits);
    if (!whole_id) {
        const Result<ImageReference> parsed = parse_image_reference(text);
        if (!parsed) return nullptr;
        const auto found = references_.find(ReferenceOrder::kept(parsed->with_default_tag()));
        if (found != references_.end()) return &found->second;
    }
    if (!is_hexadecimal(digits)) return nullptr;
    const std::string prefix = std::string(kAlgorithm) + std::string(digits);
    const auto first = images_.lower_bound(prefix);
    if (first == images_.end() || !first->first.starts_with(prefix)) return nullptr;
    const auto second = std::next(first);
    const bool unique = second == images_.end() || !second->first.starts_with(prefix);
    return unique ? &first->second.image : nullptr;
}

ImagePointer ImageStore::find(std::string_view text) const {
    const ImagePointer* const place = find_place(text);
    return place == nullptr ? nullptr : *place;
}

ImagePointer ImageStore::find(const ImageReference& reference) const {
    const auto found = references_.find(ReferenceOrder::kept(reference));
    return found == references_.end() ? nullptr : found->second;
}

Refusal ImageStore::not_found(std::string_view text) {
    std::string_view digits = text;
    if (digits.starts_with(kAlgorithm)) digits.remove_prefix(kAlgorithm.size());
    if (digits.size() == 64 && is_hexadecimal(digits)) {
        return Refusal{404, fmt::format("No such image: {}{}", kAlgorithm, digits)};
    }
    const Result<ImageReference> parsed = parse_image_reference(text);
    if (!parsed) return Refusal{400, parsed.error().message};
    return Refusal{404, fmt::format("No such image: {}", parsed->with_default_tag().familiar())};
}

std::vector<ImageReference> ImageStore::references_to(const std::string& id) const {
    std::vector<ImageReference> out;
    for (const auto& [reference, target] : references_) {
        if (target->id == id) out.push_back(reference);
    }
    std::sort(out.begin(), out.end(),
              [](const ImageReference& a, const ImageReference& b) { return a.full() < b.full(); });
    return out;
}

bool ImageStore::has_children(const std::string& id) const {
    return std::any_of(images_.begin(), images_.end(), [&id](const auto& entry) { return entry.second.image->parent == id; });
}

ImagePointer ImageStore::child_of(const std::string& parent, const std::string& build_key) const {
    ImagePointer found;
    for (const auto& [id, kept] : images_) {
        const Image& image = *kept.image;
        if (image.parent != parent || image.build_key != build_key) continue;
        if (found == nullptr || image.created() > found->created()) found = kept.image;
    }
    return found;
}

std::vector<ImageRow> ImageStore::list(bool all) const {
    std::vector<ImageRow> rows;
    for (const auto& [id, kept] : images_) {
        ImageRow row{kept.image, {}, {}, kept.arrived};
        if (!all && references_to(id).empty() && has_children(id)) continue;
        for (const ImageReference& reference : references_to(id)) {
            (reference.digest.empty() ? row.tags : row.digests).push_back(reference.familiar());
        }
        rows.push_back(std::move(row));
    }
    std::stable_sort(rows.begin(), rows.end(), [](const ImageRow& a, const ImageRow& b) {
        return a.image->created() > b.image->created();
    });
    return rows;
}

std::int64_t ImageStore::size_bytes() const {
    std::int64_t sum = 0;
    for (const auto& [digest, layer] : layers_) sum += layer.size_bytes;
    return sum;
}

// --- adding --------------------------------------------------------------------------------------

std::vector<ImageLayer> ImageStore::missing_layers(const Image& image) const {
    std::vector<ImageLayer> out;
    for (const ImageLayer& layer : image.layers) {
        if (!layers_.contains(layer.digest)) out.push_back(layer);
    }
    return out;
}

void ImageStore::add_layer(const ImageLayer& layer) { layers_.try_emplace(layer.digest, Layer{layer.size_bytes, 0}); }

void ImageStore::hold_layer(const std::string& digest) { ++layers_.at(digest).users; }

void ImageStore::let_layer_go(const std::string& digest) { --layers_.at(digest).users; }

std::int64_t ImageStore::drop_unused_layers() {
    std::int64_t freed = 0;
    for (auto at = layers_.begin(); at != layers_.end();) {
        if (at->second.users > 0) {
            ++at;
            continue;
        }
        freed += at->second.size_bytes;
        at = layers_.erase(at);
    }
    return freed;
}

// One that is here already has got a name: from then on it is that moment that inspect shows (moby image/store.go,
// SetLastUpdated). One with a digest comes by a pull, which sets none.
void ImageStore::keep(const ImagePointer& image, Time now) {
    const auto [kept, is_new] = images_.try_emplace(image->id, Kept{image, image->digest.empty() ? now : Time{}});
    if (!is_new) {
        kept->second.arrived = now;
        return;
    }
    ++changes_;
    for (const ImageLayer& layer : image->layers) {
        add_layer(layer);
        ++layers_[layer.digest].users;
    }
}

// False: it meant this image before.
bool ImageStore::refer(const ReferenceParts& parts, const ImagePointer& image) {
    const auto found = references_.find(parts);
    if (found == references_.end()) {
        const ImageReference name{std::string(parts.domain), std::string(parts.path), std::string(parts.tag), std::string(parts.digest)};
        references_.emplace(name, image);
        ++changes_;
        return true;
    }
    if (found->second->id == image->id) return false;
    found->second = image;
    ++changes_;
    return true;
}

bool ImageStore::has(const ImageReference& reference, const ImagePointer& image) const {
    const auto means_it = [&](const ReferenceParts& parts) {
        const auto found = references_.find(parts);
        return found != references_.end() && found->second->id == image->id;
    };
    const std::string_view tag = reference.tag.empty() ? std::string_view("latest") : std::string_view(reference.tag);
    return images_.contains(image->id) && (!reference.digest.empty() || means_it({reference.path, tag, {}, reference.domain})) &&
           (image->digest.empty() || means_it({reference.path, {}, image->digest, reference.domain}));
}

bool ImageStore::add(const ImageReference& reference, const ImagePointer& image, Time now) {
    auto kept = images_.find(image->id);
    if (kept == images_.end()) {
        keep(image, now);
        kept = images_.find(image->id);
    }
    const ImagePointer& here = kept->second.image;
    bool changed = false;
    if (reference.digest.empty()) {
        const std::string_view tag = reference.tag.empty() ? std::string_view("latest") : std::string_view(reference.tag);
        changed = refer({reference.path, tag, {}, reference.domain}, here);
    }
    if (!image->digest.empty()) changed = refer({reference.path, {}, image->digest, reference.domain}, here) || changed;
    return changed;
}

ImageChange ImageStore::tag(std::string_view source, const ImageReference& target) {
    ImageChange out;
    const ImagePointer* const place = find_place(source);
    if (place == nullptr) {
        const Refusal refusal = not_found(source);
        out.status = refusal.status;
        out.message = refusal.message;
        return out;
    }
    if (!target.digest.empty()) {
        out.status = 400;
        out.message = "refusing to create a tag with a digest reference";
        return out;
    }
    const ImageReference tagged = target.with_default_tag();
    if (tagged.familiar_name() == "sha256") {
        out.status = 400;
        out.message = "refusing to create an ambiguous tag using digest algorithm as name";
        return out;
    }
    out.status = 201;
    const ImagePointer image = *place;  // which may be the tag's own
    refer({tagged.path, tagged.tag, {}, tagged.domain}, image);
    out.events.push_back({"tag", image->id, tagged.familiar()});
    return out;
}

// --- removing ------------------------------------------------------------------------------------

void ImageStore::untag(const ImageReference& reference, const std::string& id, ImageChange& out) {
    references_.erase(reference);
    ++changes_;
    out.records.push_back({false, reference.familiar()});
    out.events.push_back({"untag", id, id});
}

void ImageStore::delete_image(const std::string& id, ImageChange& out) {
    for (const ImageReference& reference : references_to(id)) untag(reference, id, out);
    const ImagePointer image = images_.at(id).image;
    images_.erase(id);
    ++changes_;
    out.records.push_back({true, id});
    out.events.push_back({"delete", id, id});
    const std::vector<std::string> chain = chain_ids(*image);
    for (std::size_t i = image->layers.size(); i-- > 0;) {
        const auto layer = layers_.find(image->layers[i].digest);
        if (--layer->second.users > 0) continue;
        out.freed_bytes += layer->second.size_bytes;
        out.records.push_back({true, chain[i]});
        layers_.erase(layer);
    }
}

void ImageStore::untag_reference(const ImageReference& parsed, const std::string& id, ImageChange& out) {
    ImageReference wanted = parsed.with_default_tag();
    if (!wanted.digest.empty()) wanted.tag.clear();
    untag(wanted, id, out);
    if (!wanted.digest.empty()) return;
    // When the last tag of a repository is gone, its digests go too.
    const std::vector<ImageReference> left = references_to(id);
    const bool tagged = std::any_of(left.begin(), left.end(), [&](const ImageReference& reference) {
        return reference.digest.empty() && reference.name() == wanted.name();
    });
    if (tagged) return;
    for (const ImageReference& reference : left) {
        if (!reference.digest.empty() && reference.name() == wanted.name()) untag(reference, id, out);
    }
}

ImageChange ImageStore::remove(std::string_view text, bool force, bool prune, const std::vector<ImageUser>& users) {
    ImageChange out;
    const auto refuse = [&](int status, std::string message) {
        ImageChange refused;
        refused.status = status;
        refused.message = std::move(message);
        return refused;
    };
    const ImagePointer* const place = find_place(text);
    if (place == nullptr) {
        const Refusal refusal = not_found(text);
        return refuse(refusal.status, refusal.message);
    }
    const std::string id = (*place)->id;
    const std::vector<ImageReference> references = references_to(id);
    bool removed_reference = false;
    if (!is_prefix_of_id(id, text)) {
        const ImageUser* user = first_user(users, id, std::nullopt);
        if (!force && is_single_reference(references) && user != nullptr) {
            return refuse(409, fmt::format("conflict: unable to remove repository reference \"{}\" (must force) - "
                                           "container {} is using its referenced image {}",
                                           text, short_id(user->container_id), short_id(id)));
        }
        untag_reference(parse_image_reference(text).value(), id, out);
        if (!references_to(id).empty()) return out;
        removed_reference = true;
    } else if (is_single_reference(references)) {
        if (const auto conflict = deletion_conflict(id, true, !force, false, users, has_children(id))) return refuse(409, conflict->message);
        for (const ImageReference& reference : references) untag(reference, id, out);
    }
    const bool referenced = !references_to(id).empty();
    const bool parent = has_children(id);
    if (const auto conflict = deletion_conflict(id, referenced, !force, true, users, parent)) {
        // After an untag a conflict is no error, unless the image is left dangling and unused.
        if (removed_reference && (referenced || parent || conflict->used)) return out;
        return refuse(409, conflict->message);
    }
    delete_with_parents(id, prune, users, out);
    return out;
}

// With `prune`, what a build has passed through, and what was committed from, goes too, as far as nothing else refers to it
// (moby imageDeleteHelper).
void ImageStore::delete_with_parents(std::string id, bool prune, const std::vector<ImageUser>& users, ImageChange& out) {
    while (true) {
        const std::string parent = images_.at(id).image->parent;
        delete_image(id, out);
        if (!prune || !images_.contains(parent) || has_children(parent) || !references_to(parent).empty()) return;
        if (first_user(users, parent, std::nullopt) != nullptr) return;
        id = parent;
    }
}

ImageChange ImageStore::prune(bool all, const std::vector<ImageUser>& users) {
    ImageChange out;
    std::vector<std::string> ids;
    for (const auto& [id, kept] : images_) {
        if (!has_children(id)) ids.push_back(id);  // those in between go with the last one
    }
    for (const std::string& id : ids) {
        if (!images_.contains(id)) continue;
        const std::vector<ImageReference> references = references_to(id);
        const bool tagged = std::any_of(references.begin(), references.end(),
                                        [](const ImageReference& reference) { return reference.digest.empty(); });
        if (tagged && !all) continue;
        std::vector<std::string> names;
        for (const ImageReference& reference : references) names.push_back(reference.full());
        if (names.empty()) names.push_back(id);
        for (const std::string& name : names) {
            ImageChange part = remove(name, false, true, users);
            if (part.status != 200) continue;
            out.records.insert(out.records.end(), part.records.begin(), part.records.end());
            out.events.insert(out.events.end(), part.events.begin(), part.events.end());
            out.freed_bytes += part.freed_bytes;
        }
    }
    return out;
}

}  // namespace podium::model
