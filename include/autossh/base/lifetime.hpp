// Whether the object that a handler in the event loop is for still lives when the handler's turn comes. (A
// handler that is queued already is not taken back when its timer or descriptor goes.)
#pragma once

#include <memory>
#include <utility>

namespace autossh {

/// A member of that object, and as old as it is.
class Lifetime {
    struct Token {};

public:
    /// Tells of the lifetime, and may outlive it.
    class Observer {
    public:
        bool is_over() const { return token_.expired(); }

    private:
        friend class Lifetime;
        explicit Observer(const std::shared_ptr<const Token>& token) : token_(token) {}

        std::weak_ptr<const Token> token_;
    };

    Lifetime() = default;
    Lifetime(const Lifetime&) = delete;
    Lifetime& operator=(const Lifetime&) = delete;

    Observer observer() const
    {
        if (!token_)
            token_ = std::make_shared<const Token>();
        return Observer(token_);
    }

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
    void renew() { token_.reset(); }

private:
    mutable std::shared_ptr<const Token> token_;  ///< null: nobody has asked yet
};

}  // namespace autossh
