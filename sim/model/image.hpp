#pragma once

// Images: references as a user writes them, images with their layers and configuration, registries
// that offer them, and one host's local store of them.
//
// An Image is immutable and shared by all copies of a run; stores and registries are plain copyable
// data that point to images. Ids and digests come from names (sim/model/object_id.hpp), so an image
// has the same id on every seed. Sentences are those of the Docker Engine 20.10.24
// (daemon/images, distribution), word for word; a status is that of the engine's HTTP answer.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/model/container_spec.hpp"
#include "sim/model/file_tree.hpp"
#include "sim/model/refusal.hpp"

namespace podium::model {

struct Catalogue;

// --- references ----------------------------------------------------------------------------------

/// A reference in its full form: "nginx" is docker.io / library/nginx, tag empty until defaulted.
struct ImageReference {
    std::string domain = "docker.io";
    std::string path;
    std::string tag;     ///< Empty when none was given.
    std::string digest;  ///< "sha256:…", or empty.

    auto operator<=>(const ImageReference&) const = default;
    /// "docker.io/library/nginx".
    [[nodiscard]] std::string name() const;
    /// "nginx", "ollama/ollama", "ghcr.io/open-webui/open-webui".
    [[nodiscard]] std::string familiar_name() const;
    /// The familiar name with ":tag" and "@digest" as far as there are any.
    [[nodiscard]] std::string familiar() const;
    /// As familiar(), by the full name.
    [[nodiscard]] std::string full() const;
    /// With tag "latest" when it has neither tag nor digest.
    [[nodiscard]] ImageReference with_default_tag() const&;
    [[nodiscard]] ImageReference with_default_tag() &&;
};

/// Who reads a reference: their sentences differ for a name with capitals.
enum class ReferenceReader : std::uint8_t {
    Engine,  ///< 20.10: "invalid reference format: repository name must be lowercase".
    Client,  ///< 28.2: "invalid reference format: repository name (library/Web) must be lowercase".
};

/// Reads a reference as Docker does. Other errors: "invalid reference format", "invalid repository name
/// (…), cannot specify 64-byte hexadecimal strings", "repository name must not be more than 255
/// characters", "unsupported digest algorithm", "invalid checksum digest length".
Result<ImageReference> parse_image_reference(std::string_view text, ReferenceReader reader = ReferenceReader::Engine);

// --- images --------------------------------------------------------------------------------------

struct ImageLayer {
    std::string digest;                 ///< "sha256:…"; equal layers of two images are one layer.
    std::int64_t size_bytes = 0;        ///< Unpacked, on disk.
    std::int64_t compressed_bytes = 0;  ///< As pulled.
    std::string created_by;             ///< For `docker history`.
};

/// What an image says about the containers made from it.
struct ImageConfig {
    std::vector<std::string> entrypoint;
    std::vector<std::string> command;
    std::vector<std::string> environment;    ///< "NAME=value", in the image's order.
    std::vector<std::string> exposed_ports;  ///< "80/tcp".
    std::vector<std::string> volumes;        ///< Targets of anonymous volumes.
    std::map<std::string, std::string> labels;
    std::optional<HealthCheck> health_check;
    std::string stop_signal;  ///< "SIGQUIT"; empty is TERM.
    std::string working_directory;
    std::string user;
    std::vector<std::string> shell;  ///< Of SHELL; empty: /bin/sh -c.
};

/// What builds and commits have put over the image they began from: all their layers in one.
struct ImageChanges {
    FileTree files;
    std::set<std::string, std::less<>> removed;  ///< Paths of that image that are gone with all below them, unless `files` has them again.
};

/// An instruction of a build, or a commit, as `docker history` shows it. One with a size has a layer.
struct ImageStep {
    std::string created_by;
    std::string comment = {};  ///< Of `docker commit -m`.
    std::string image_id;
    std::int64_t size_bytes = 0;
    Time created{};
};

struct Image {
    std::string id;          ///< "sha256:…".
    std::string profile;     ///< The catalogue's entry, by full name; empty: the default profile.
    std::string repository;  ///< Full name it was made for: "docker.io/library/nginx".
    std::string version;     ///< The release of the program in it: "17.6"; empty when the catalogue does not say.
    std::string build;       ///< The first tag of the catalogue's version it is of: "alpine"; with `profile`, how it behaves.
    std::string digest;      ///< Of its manifest, as `docker pull` prints it.
    std::vector<ImageLayer> layers;
    ImageConfig config;
    std::int64_t age_seconds = 0;  ///< Built so long before a run begins.
    // Of an image built or committed here:
    std::string parent;            ///< The image it was made from, by id; empty for one from a registry.
    std::string container;         ///< Committed: the container's id,
    std::string author;            ///< and what was said.
    std::string comment;
    std::string build_key;         ///< By which the builder's cache finds it among its parent's children.
    std::optional<Time> built;
    std::shared_ptr<const ImageChanges> changes;
    std::vector<ImageStep> steps;  ///< Those of its parents first.
    bool from_scratch = false;     ///< Nothing is in it but what its build has put there.
    bool unsimulated = false;      ///< Something of its build was taken as done (`RUN npm install`).

    /// When it was made: before the run began, whatever the host's clock says, or in it.
    [[nodiscard]] Time created() const { return built.value_or(Time{} - seconds(age_seconds)); }

    [[nodiscard]] std::int64_t size_bytes() const;
    [[nodiscard]] std::int64_t compressed_bytes() const;
};

using ImagePointer = std::shared_ptr<const Image>;

// --- registries ----------------------------------------------------------------------------------

/// How a registry answers at the moment; a fault changes it.
enum class RegistryState : std::uint8_t {
    Available,
    Unreachable,  ///< No connection within the client's 15 s.
    Refusing,     ///< Nothing listens: an answer at once.
    Failing,      ///< 503 Service Unavailable.
    Limiting,     ///< 429, the pull limit is reached.
};

struct Registry {
    std::string name;  ///< The domain of references: "docker.io", "ghcr.io", "registry.lab:5000".
    std::uint32_t row = 0;  ///< Numbers registries in the order they became known, from 1.
    RegistryState state = RegistryState::Available;
    std::int64_t uplink_bits_per_second = 2'000'000'000;
    Duration latency = milliseconds(30);  ///< One answer of its API.
    std::set<std::string> corrupt;  ///< Repository paths whose last layer arrives damaged (a fault).
    /// Images pushed by the user: path to tag to image; they come before the catalogue's.
    std::map<std::string, std::map<std::string, ImagePointer>> pushed;
};

/// What a registry says to a pull.
struct PullAnswer {
    int status = 200;       ///< 200, else the status of the engine's answer.
    std::string message;    ///< The engine's sentence when status is not 200.
    Duration takes{};       ///< From the question until this answer.
    ImagePointer image;     ///< When status is 200.
    bool unknown = false;   ///< Not in the catalogue: acts out the default profile. Worth telling the user.
    std::string nearest;    ///< Unknown: the catalogue's image that may have been meant, if any.
    bool corrupt = false;   ///< The last layer will fail its check after it has been pulled.
};

/// All registries of a run. A reference to a registry that was not added is answered by one like it.
class Registries {
  public:
    /// Adds or replaces a registry.
    void add(Registry registry);
    [[nodiscard]] Registry* find(std::string_view name);
    [[nodiscard]] const Registry* find(std::string_view name) const;
    [[nodiscard]] const std::map<std::string, Registry, std::less<>>& all() const { return registries_; }

    /// Unknown images are served with the default profile (the usual case), or refused as a registry
    /// that does not have them would.
    void set_serves_unknown(bool serves) {
        serves_unknown_ = serves;
        ++changes_;
    }
    void set_state(std::string_view name, RegistryState state);
    /// Marks a repository ("docker.io/library/nginx") as damaged, or mends it.
    void set_corrupt(const ImageReference& reference, bool corrupt);
    void push(const ImageReference& reference, ImagePointer image);

    /// Asks the reference's registry for a manifest. `reference` has a tag or a digest.
    [[nodiscard]] PullAnswer resolve(const Catalogue& catalogue, const ImageReference& reference) const;

    /// The registry of a name, made like the usual one when it is not known yet; to be read.
    Registry& ensure(std::string_view name);
    /// Another number after whatever may make them answer otherwise, find() to change one among it; from 1.
    [[nodiscard]] std::uint64_t changes() const { return changes_; }

  private:
    std::map<std::string, Registry, std::less<>> registries_;
    std::uint64_t changes_ = 1;
    bool serves_unknown_ = true;
};

/// The engine's sentence when a layer does not match its digest.
std::string corrupt_layer_message(const ImageLayer& layer);

// --- a host's store ------------------------------------------------------------------------------

/// Docker engine: at most three layers of a pull are downloaded at once (max-concurrent-downloads).
/// A DaemonConfig may say otherwise.
inline constexpr int kConcurrentDownloads = 3;

/// A container that was made from an image, as far as the removal of images cares.
struct ImageUser {
    std::string container_id;
    std::string image_id;
    bool running = false;  ///< Running, paused or restarting.
};

/// An entry of the engine's answer to a removal, and the Docker event that goes with it.
struct ImageChangeRecord {
    bool deleted = false;  ///< "Deleted: sha256:…", else "Untagged: name:tag".
    std::string value;
};

struct ImageEvent {
    std::string action;  ///< "pull", "tag", "untag", "delete".
    std::string id;      ///< The actor: the image's id; for pull "nginx:latest".
    std::string name;    ///< Attribute "name": the reference for tag, "nginx" for pull, else the id again.
};

/// What a removal, a prune or a tag did, or why it did nothing.
struct ImageChange {
    int status = 200;     ///< 200 (201 for a tag), 400, 404 or 409.
    std::string message;  ///< When nothing was done.
    std::vector<ImageChangeRecord> records;
    std::vector<ImageEvent> events;
    std::int64_t freed_bytes = 0;
};

/// A row of `docker images`: one image with its references, sorted.
struct ImageRow {
    ImagePointer image;
    std::vector<std::string> tags;     ///< "nginx:latest"; empty for a dangling image.
    std::vector<std::string> digests;  ///< "nginx@sha256:…".
    Time arrived{};
};

class ImageStore {
  public:
    /// The image a name means: a reference, an id with or without "sha256:", or a unique prefix of an
    /// id. Null when there is none or the text is no reference.
    [[nodiscard]] ImagePointer find(std::string_view text) const;
    /// The image that has this reference, which has a tag or a digest; null: none. All its layers are here.
    [[nodiscard]] ImagePointer find(const ImageReference& reference) const;
    /// Why find() found nothing: 404 "No such image: nosuch:1", 400 "invalid reference format…".
    [[nodiscard]] static Refusal not_found(std::string_view text);

    /// The layers of an image that are not here yet, in order: what a pull downloads.
    [[nodiscard]] std::vector<ImageLayer> missing_layers(const Image& image) const;
    /// A layer was downloaded and unpacked.
    void add_layer(const ImageLayer& layer);
    /// A pull that is under way needs a layer that is here: it stays though its images go, until the pull lets it go.
    void hold_layer(const std::string& digest);
    void let_layer_go(const std::string& digest);
    /// A pull failed or was given up: the layers that no image uses go. Call when no other pull is
    /// under way on this host. Returns the disk space that became free.
    std::int64_t drop_unused_layers();
    /// A pull has ended, or an image was loaded: all layers are here, `reference` means this image.
    /// False when the reference meant this image before ("Image is up to date").
    bool add(const ImageReference& reference, const ImagePointer& image, Time now);
    /// Whether add() would change nothing.
    [[nodiscard]] bool has(const ImageReference& reference, const ImagePointer& image) const;
    /// Another number after every change of which images are here and of what they are called; from 1.
    [[nodiscard]] std::uint64_t changes() const { return changes_; }
    /// A build or a commit has made an image: it is kept without a name.
    void keep(const ImagePointer& image, Time now);
    /// The image that a build has made of another one with this instruction, the newest one; null when there is none.
    [[nodiscard]] ImagePointer child_of(const std::string& parent, const std::string& build_key) const;
    /// Whether an image here was built on this one.
    [[nodiscard]] bool has_children(const std::string& id) const;
    /// docker tag: 201, or why not. Moves the tag if another image had it.
    ImageChange tag(std::string_view source, const ImageReference& target);
    /// docker rmi, as moby's ImageDelete: untags, and deletes the image when nothing refers to it.
    ImageChange remove(std::string_view text, bool force, bool prune, const std::vector<ImageUser>& users);
    /// docker image prune: dangling images, with `all` every image that no container uses.
    ImageChange prune(bool all, const std::vector<ImageUser>& users);

    /// All images, the newest first, then by id. Without `all` those that builds have passed through are left out
    /// (moby Images: without a name, but with children).
    [[nodiscard]] std::vector<ImageRow> list(bool all = true) const;
    /// Disk space of all layers, each counted once.
    [[nodiscard]] std::int64_t size_bytes() const;

  private:
    struct Kept {
        ImagePointer image;
        Time arrived{};
    };
    struct Layer {
        std::int64_t size_bytes = 0;
        std::uint32_t users = 0;  // images, and pulls under way; 0 after one failed
    };

    /// A reference's parts: by them one is found without a copy of it.
    struct ReferenceParts {
        std::string_view path;
        std::string_view tag;
        std::string_view digest;
        std::string_view domain;
    };
    /// An order to find references by, and nothing to show: shorter texts come first.
    struct ReferenceOrder {
        static int compare(std::string_view a, std::string_view b) {
            if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
            return a.compare(b);
        }
        static bool before(const ReferenceParts& a, const ReferenceParts& b) {
            if (const int by_path = compare(a.path, b.path); by_path != 0) return by_path < 0;
            if (const int by_tag = compare(a.tag, b.tag); by_tag != 0) return by_tag < 0;
            if (const int by_digest = compare(a.digest, b.digest); by_digest != 0) return by_digest < 0;
            return compare(a.domain, b.domain) < 0;
        }
        using is_transparent = void;
        static ReferenceParts parts(const ImageReference& of) { return {of.path, of.tag, of.digest, of.domain}; }
        static const ReferenceParts& parts(const ReferenceParts& of) { return of; }
        /// As references are kept: by digest, if there is one, and else by tag.
        static ReferenceParts kept(const ImageReference& of) { return {of.path, of.digest.empty() ? of.tag : std::string_view(), of.digest, of.domain}; }
        template <typename A, typename B>
        bool operator()(const A& a, const B& b) const {
            return before(parts(a), parts(b));
        }
    };

    [[nodiscard]] const ImagePointer* find_place(std::string_view text) const;
    bool refer(const ReferenceParts& parts, const ImagePointer& image);
    void delete_with_parents(std::string id, bool prune, const std::vector<ImageUser>& users, ImageChange& out);
    [[nodiscard]] std::vector<ImageReference> references_to(const std::string& id) const;
    void untag(const ImageReference& reference, const std::string& id, ImageChange& out);
    void untag_reference(const ImageReference& parsed, const std::string& id, ImageChange& out);
    void delete_image(const std::string& id, ImageChange& out);

    std::map<std::string, Kept> images_;  // by id; the layers of each are all here
    std::map<ImageReference, ImagePointer, ReferenceOrder> references_;
    std::map<std::string, Layer> layers_;  // by digest
    std::uint64_t changes_ = 1;
};

}  // namespace podium::model
