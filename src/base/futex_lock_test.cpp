#include "base/futex_lock.hpp"

#include <gtest/gtest.h>

#include <pthread.h>
#include <csignal>
#include <thread>
#include <vector>

using namespace orochi::base;

static constexpr std::int64_t millisecond = 1'000'000;

TEST(Mutex, ExcludesUnderContention) {
    Mutex mutex;
    int counter = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; t++)
        threads.emplace_back([&] {
            for (int i = 0; i < 20000; i++) {
                MutexGuard guard(mutex);
                counter++;
            }
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(counter, 80000);
    EXPECT_FALSE(mutex.is_locked());
}

TEST(Mutex, TimesOutAndCanStillBeTaken) {
    Mutex mutex;
    mutex.lock();
    EXPECT_FALSE(mutex.try_lock());
    EXPECT_FALSE(mutex.lock_until(Deadline::immediately()));
    std::int64_t start = Deadline::now();
    EXPECT_FALSE(mutex.lock_until(Deadline::after(20 * millisecond)));
    EXPECT_GE(Deadline::now() - start, 20 * millisecond);
    mutex.unlock();
    EXPECT_TRUE(mutex.lock_until(Deadline::after(20 * millisecond)));
    std::thread([&] { mutex.unlock(); }).join();  // any thread may
    EXPECT_TRUE(mutex.try_lock());
}

TEST(Mutex, TellsOfSignalsWhenAsked) {
    struct sigaction action {
    }, old;
    action.sa_handler = [](int) {};
    sigaction(SIGUSR1, &action, &old);
    Mutex mutex;
    mutex.lock();
    pthread_t waiter = pthread_self();
    std::atomic<bool> stop{false};
    std::thread sender([&] {
        while (!stop.load()) {
            pthread_kill(waiter, SIGUSR1);
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    });
    EXPECT_EQ(mutex.lock_interruptibly(Deadline::never()), Waited::interrupted);
    EXPECT_FALSE(mutex.lock_until(Deadline::after(15 * millisecond)));  // not interrupted
    stop.store(true);
    sender.join();
    sigaction(SIGUSR1, &old, nullptr);
}

TEST(Condition, HandsOverEveryItem) {
    Mutex mutex;
    Condition condition;
    int available = 0, taken = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; t++)
        threads.emplace_back([&] {
            for (int i = 0; i < 1000; i++) {
                MutexGuard guard(mutex);
                while (available == 0) condition.wait(mutex);
                available--;
                taken++;
            }
        });
    for (int i = 0; i < 3000; i++) {
        {
            MutexGuard guard(mutex);
            available++;
        }
        condition.notify_one();
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(taken, 3000);
    MutexGuard guard(mutex);
    EXPECT_EQ(condition.wait(mutex, Deadline::after(5 * millisecond)), Waited::timed_out);
}

TEST(Event, WakesAllWaiters) {
    Event event;
    EXPECT_EQ(event.wait(Deadline::after(millisecond)), Waited::timed_out);
    int value = 0;
    std::atomic<int> seen{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; t++)
        threads.emplace_back([&] {
            if (event.wait() == Waited::done) seen += value;
        });
    value = 7;
    event.set();
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(seen.load(), 21);
    event.clear();
    EXPECT_FALSE(event.is_set());
}
