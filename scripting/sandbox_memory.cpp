// The memory of a sandbox: what Lua asks for is counted, and refused where it would be too much.

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>

#include <lua.hpp>

#include "scripting/counted_tables.hpp"
#include "scripting/sandbox.hpp"

namespace podium::scripting {
namespace {

constexpr std::size_t kStackExtra = 16 * 5;      // what Lua 5.4 keeps at the end of a stack
constexpr std::size_t kSmallestStack = 16 * 45;  // what a new coroutine has
constexpr std::size_t kReserve = 1U << 20;       // memory with which a killed script is taken down

void add_size(std::map<std::size_t, int>& sizes, std::size_t size) {
    ++sizes[size];
}

void drop_size(std::map<std::size_t, int>& sizes, std::size_t size) {
    const auto found = sizes.find(size);
    if (found != sizes.end() && --found->second == 0) sizes.erase(found);
}

}  // namespace

void* Sandbox::allocate_hook(void* data,
                             void* pointer,
                             std::size_t old_size,
                             std::size_t new_size) {
    return static_cast<Sandbox*>(data)->allocate(pointer, old_size, new_size);
}

void* Sandbox::refuse(const char* what, std::size_t amount, std::string_view unit) {
    return refuse_with(fmt::format("it needs {} more than {} {}", what, amount, unit));
}

void* Sandbox::refuse_with(std::string sentence) {
    // Lua now collects all its garbage and asks again, which takes time.
    steps_ += memory_ / 8;
    if (steps_ > limits_.steps) wake_hook();
    refusal_ = std::move(sentence);
    if (!chain_.empty()) refusal_place_ = place(chain_.back());
    return nullptr;
}

// A table's new part for its keys: one instruction goes through all of them, and along their chains.
bool Sandbox::may_grow(std::size_t bytes) {
    if (growing_ == nullptr || killed_) return true;
    const tables::Growth growth = tables::growth_of(growing_, bytes);
    note_chain(growth.longest_chain);
    steps_ += growth.steps;
    return growth.steps <= kGrowthUnasked || steps_ <= limits_.steps;
}

void* Sandbox::allocate(void* pointer, std::size_t old_size, std::size_t new_size) {
    const std::size_t tag = pointer == nullptr ? old_size : 0;  // what it is for, when it is new
    const std::size_t had = pointer == nullptr ? 0 : old_size;
    if (new_size == 0) {
        memory_ -= had;
        // A stack that moves is allocated anew, and the old one is given back at once.
        if (had >= kSmallestStack && forget(pointer) == Block::Stack && moved_stack_ != nullptr)
            remember(moved_stack_, Block::Stack, moved_stack_size_);
        moved_stack_ = nullptr;
        if (had >= kPartWithoutSteps) parts_.erase(pointer);
        std::free(pointer);
        return nullptr;
    }
    if (new_size > had) {
        const bool is_text = pointer == nullptr && tag == LUA_TSTRING;
        const bool is_stack = pointer == nullptr && tag == 0 && is_stack_growth(new_size);
        const std::size_t most = limits_.memory_bytes + (killed_ ? kReserve : 0);
        if (is_text && new_size > limits_.text_bytes + 64)
            return refuse("a text of", limits_.text_bytes >> 10, "KiB");
        if (is_stack && !killed_)
            return refuse("a stack of", limits_.stack_bytes >> 10, "KiB for calls inside calls");
        if (memory_ + (new_size - had) > most)
            return refuse("memory:", limits_.memory_bytes >> 20, "MiB");
        if (pointer == nullptr && tag == 0 && !may_grow(new_size)) return refuse_with(too_many_steps());
        steps_ += kAllocationSteps + new_size / kBytesPerStep;
        if (steps_ > limits_.steps) wake_hook();
    }
    void* moved = std::malloc(new_size);
    if (moved == nullptr) return refuse("memory:", 0, "bytes, which the machine does not have");
    Block block = Block::Other;
    if (pointer != nullptr) {
        if (had >= kSmallestStack) block = forget(pointer);
        if (had >= kPartWithoutSteps) parts_.erase(pointer);
        std::memcpy(moved, pointer, std::min(had, new_size));
        std::free(pointer);
    }
    memory_ = memory_ - had + new_size;
    most_memory_ = std::max(most_memory_, memory_);
    if (new_size >= kPartWithoutSteps && tag == 0) parts_[moved] = new_size;
    if (tag == LUA_TTABLE) table_bytes_ = new_size;
    const bool is_new = pointer == nullptr && tag == 0;
    if (is_new && stack_next_) block = Block::Stack;
    stack_next_ = tag == LUA_TTHREAD;
    moved_stack_ = is_new && block == Block::Other ? moved : nullptr;
    moved_stack_size_ = new_size;
    if (block != Block::Other) remember(moved, block, new_size);
    return moved;
}

// Lua gives a stack twice its size when it is full.
bool Sandbox::is_stack_growth(std::size_t size) const {
    return size > limits_.stack_bytes &&
           stack_sizes_.count((size - kStackExtra) / 2 + kStackExtra) != 0;
}

// Account is kept of stacks: one instruction can take as long as they are.
Sandbox::Block Sandbox::forget(const void* pointer) {
    if (const auto stack = stacks_.find(pointer); stack != stacks_.end()) {
        drop_size(stack_sizes_, stack->second);
        stacks_.erase(stack);
        return Block::Stack;
    }
    return Block::Other;
}

void Sandbox::remember(const void* pointer, Block block, std::size_t size) {
    if (block != Block::Stack) return;
    stacks_[pointer] = size;
    add_size(stack_sizes_, size);
}

}  // namespace podium::scripting
