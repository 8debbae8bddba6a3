// The C++ library asks for the rounding mode before it reads a number with a fraction, and sets another one
// for that time. Nothing here ever sets one: with these no process needs libm, which holds nothing else of
// use to us.
#include <cfenv>

extern "C" int fegetround() noexcept
{
    return FE_TONEAREST;
}

extern "C" int fesetround(int mode) noexcept
{
    return mode == FE_TONEAREST ? 0 : 1;
}
