using Serverless.Rollbacks.Decisions;

namespace Serverless.Tests.Unit.Rollbacks.Decisions;

public sealed class ErrorBudgetTests
{
    private const double Alpha = 0.01;

    [Fact]
    public void Fleet_and_cells_spend_alpha_together() =>
        Assert.Equal(Alpha, ErrorBudget.Overall(Alpha) + (ErrorBudget.MaxCells * ErrorBudget.EachCell(Alpha)), 1e-15);

    [Fact]
    public void Live_control_and_history_spend_the_level_of_a_test_together() =>
        Assert.Equal(Alpha, ErrorBudget.Live(Alpha) + ErrorBudget.History(Alpha, besideLive: true), 1e-15);

    [Fact]
    public void Bound_and_test_spend_the_level_of_a_history_together() =>
        Assert.Equal(ErrorBudget.History(Alpha, besideLive: false), ErrorBudget.Bound(Alpha) + ErrorBudget.Test(Alpha), 1e-15);
}
