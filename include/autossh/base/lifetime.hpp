// Whether the object that a handler in the event loop is for still lives when the handler's turn comes. (A
// handler that is queued already is not taken back when its timer or descriptor goes.)
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

namespace autossh {

/// A member of that object, and as old as it is.
class Lifetime {
public:
    /// Tells of the lifetime, and may outlive it.
    class Observer {
    public:
        bool is_over() const
        {
            const auto number = number_.lock();
            return !number || *number != observed_;
        }

    private:
        friend class Lifetime;
        explicit Observer(const std::shared_ptr<std::uint64_t>& number) : number_(number), observed_(*number)
        {}

        std::weak_ptr<std::uint64_t> number_;
        std::uint64_t observed_;
    };

    Lifetime() = default;
    Lifetime(const Lifetime&) = delete;
    Lifetime& operator=(const Lifetime&) = delete;

    Observer observer() const { return Observer(number_); }

    /// A handler that calls `function` with what it is given, and does nothing once the lifetime is over.
    template <typename Function>
    auto guarded(Function function) const
    {
        return [observer = observer(), function = std::move(function)](auto&&... results) mutable {
            if (!observer.is_over())
                function(std::forward<decltype(results)>(results)...);
        };
    }

    /// For all observers and handlers of until now it is over.
    void renew() { ++*number_; }

private:
    std::shared_ptr<std::uint64_t> number_ = std::make_shared<std::uint64_t>();
};

}  // namespace autossh
