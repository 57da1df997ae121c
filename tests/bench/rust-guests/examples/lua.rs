//! Runs a script in piccolo, an interpreter of Lua: an interpreter within the interpreter, and its collector.

use piccolo::{Closure, Executor, Lua};
use rust_guests::guest;

const SCRIPT: &str = "
local function queens(size)
    local found, columns, up, down = 0, {}, {}, {}
    local function place(row)
        if row > size then
            found = found + 1
            return
        end
        for column = 1, size do
            if not (columns[column] or up[row + column] or down[row - column + size]) then
                columns[column], up[row + column], down[row - column + size] = true, true, true
                place(row + 1)
                columns[column], up[row + column], down[row - column + size] = false, false, false
            end
        end
    end
    place(1)
    return found
end

local account = {}
account.__index = account
function account.new(owner) return setmetatable({ owner = owner, sum = 0.5 }, account) end
function account:add(amount) self.sum = self.sum + amount end

local function work()
    local accounts, names = {}, 0
    for index = 1, 200 do
        accounts[index] = account.new('owner' .. index)
    end
    for index = 1, 2000 do
        accounts[index % 200 + 1]:add(index)
    end
    for _, one in ipairs(accounts) do
        names = names + #one.owner + one.sum // 1
    end
    return names // 1 * 1000 + queens(6)
end
return work()
";

/// Random numbers that are the same at each run, for the two libraries that ask for them.
#[unsafe(no_mangle)]
unsafe extern "Rust" fn __getrandom_v03_custom(
    destination: *mut u8,
    length: usize,
) -> Result<(), getrandom_03::Error> {
    // SAFETY: the caller hands over so many bytes to be written to.
    unsafe { destination.write_bytes(0x5a, length) };
    Ok(())
}

fn same(destination: &mut [u8]) -> Result<(), getrandom_02::Error> {
    destination.fill(0x5a);
    Ok(())
}

getrandom_02::register_custom_getrandom!(same);

guest!(|| {
    let mut lua = Lua::core();
    move |_: u32| {
        let executor = lua.try_enter(|ctx| {
            let closure = Closure::load(ctx, Some("script"), SCRIPT.as_bytes())?;
            Ok(ctx.stash(Executor::start(ctx, closure.into(), ())))
        });
        let executor = executor.expect("the script is well-formed");
        let found = lua.execute::<i64>(&executor).expect("the script runs");
        found as u64
    }
});
