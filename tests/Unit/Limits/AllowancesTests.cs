using Serverless.Limits;

namespace Serverless.Tests.Unit.Limits;

/// <summary>Periods are so long here that nothing comes back while a test runs.</summary>
public sealed class AllowancesTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static TheoryData<bool> Kinds => [true, false];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_used_up_is_refused_with_the_time_until_it_comes_back(bool isFlowing)
    {
        using var allowances = New(isFlowing, 3);

        Assert.Null(allowances.Take(7, 2));
        Assert.NotNull(allowances.Take(7, 2));
        Assert.Null(allowances.Take(7));
        Assert.InRange(allowances.Take(7)!.Value, TimeSpan.FromHours(7), Day);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void One_key_takes_nothing_from_another(bool isFlowing)
    {
        using var allowances = New(isFlowing, 1);
        allowances.Take(7);

        Assert.Null(allowances.Take(8));
        Assert.NotNull(allowances.Take(7));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void More_than_the_whole_allowance_is_had_for_all_of_it(bool isFlowing)
    {
        using var allowances = New(isFlowing, 10);

        Assert.Null(allowances.Take(7, 1000));
        Assert.NotNull(allowances.Take(7));
    }

    [Fact]
    public void Asking_whether_anything_is_left_takes_nothing()
    {
        using var allowances = Allowances.ByWindow(1, Day);

        Assert.Null(allowances.Take(7, count: 0));
        Assert.Null(allowances.Take(7));
        Assert.NotNull(allowances.Take(7, count: 0));
    }

    private static Allowances New(bool isFlowing, int size) => isFlowing ? Allowances.Flowing(size, Day) : Allowances.ByWindow(size, Day);
}
