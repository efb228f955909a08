using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Access;
using Serverless.Access.Tokens;
using Serverless.Ledger;
using Serverless.Management;
using Serverless.Storage;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Access;

/// <summary>A storage of its own: tokens are for all apps.</summary>
public sealed class ApiTokenTests(KeyFolder keys) : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly AzuriteFixture _azurite = new();
    private readonly FakeTimeProvider _time = new(Start);
    private PipelineInstance _pipeline = null!;
    private PipelineInstance _other = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TokenAdministration Administration => _pipeline.Get<TokenAdministration>();

    private TableServiceClient TableService => _pipeline.Get<TableServiceClient>();

    public async ValueTask InitializeAsync()
    {
        await _azurite.InitializeAsync();
        _pipeline = await StartAsync();
        _other = await StartAsync();
    }

    [Fact]
    public async Task Token_is_good_for_what_it_was_issued_for_until_it_expires()
    {
        var text = await IssueAsync(new TokenOrder("ci", Scopes.Upload | Scopes.Read, ["com.example.app"], Days: 7));

        var principal = await FindAsync(_other, text);

        Assert.Equal(("token:ci", Scopes.Upload | Scopes.Read), (principal?.Id, principal?.Scopes));
        Assert.True(principal!.May(Scopes.Upload, "com.example.app"));
        Assert.False(principal.May(Scopes.Promote, "com.example.app"));
        Assert.False(principal.May(Scopes.Upload, "com.example.other"));
        Assert.False(principal.May(Scopes.Upload, app: null));
        _time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        Assert.NotNull(await FindAsync(_other, text));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await FindAsync(_other, text));
    }

    [Fact]
    public async Task Revoked_token_is_good_nowhere_after_five_seconds_and_here_at_once()
    {
        var text = await IssueAsync(new TokenOrder("ci", Scopes.Read));
        Assert.NotNull(await FindAsync(_pipeline, text));
        Assert.NotNull(await FindAsync(_other, text));

        await Administration.RevokeAsync(TestPrincipal.Operator, "ci", Cancellation);

        Assert.Null(await FindAsync(_pipeline, text));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(await FindAsync(_other, text));
    }

    [Fact]
    public async Task Tokens_that_were_never_issued_are_none()
    {
        await IssueAsync(new TokenOrder("ci", Scopes.Read));

        Assert.Null(await FindAsync(_pipeline, TokenText.New()));
        Assert.Null(await FindAsync(_pipeline, ""));
    }

    [Fact]
    public async Task First_token_is_told_once_also_when_two_servers_start_together()
    {
        // Whoever comes second waits a moment, which the other clock never lets pass.
        await using var one = await PipelineInstance.StartAsync(_azurite.ConnectionString, keys);
        await using var two = await PipelineInstance.StartAsync(_azurite.ConnectionString, keys);
        var told = await Task.WhenAll(
            one.Get<TokenAdministration>().IssueFirstAsync(Cancellation), two.Get<TokenAdministration>().IssueFirstAsync(Cancellation));

        var text = Assert.Single(told, token => token is not null);
        Assert.Equal(Scopes.Admin, (await FindAsync(_pipeline, text!))?.Scopes);
        await Administration.RevokeAsync(TestPrincipal.Operator, ApiToken.First, Cancellation);
        _time.Advance(TimeSpan.FromDays(1000));
        await IssueAsync(new TokenOrder("later", Scopes.Read));
        Assert.Null(await Administration.IssueFirstAsync(Cancellation));
    }

    [Fact]
    public async Task Every_act_on_a_token_is_in_the_ledger_and_its_text_is_nowhere()
    {
        var text = await IssueAsync(new TokenOrder("ci", Scopes.Upload, ["com.example.app"]));
        await FindAsync(_pipeline, text);
        await Administration.RevokeAsync(TestPrincipal.Operator, "ci", Cancellation);
        await Administration.RevokeAsync(TestPrincipal.Operator, "ci", Cancellation);

        var rows = await _pipeline.Get<LedgerChains>().ReadAsync(CatalogKeys.SystemPartition, after: 0, Cancellation).Select(row => row.Read()).ToListAsync(Cancellation);
        Assert.Equal(
            [
                (LedgerKind.TokenIssued, TestPrincipal.Operator.Id, "ci", "upload for com.example.app, until 2026-05-30T12:00:00.0000000+00:00"),
                (LedgerKind.TokenRevoked, TestPrincipal.Operator.Id, "ci", ""),
            ],
            rows.Select(row => (row.Kind, row.Actor, row.Subject, row.Why)));
        foreach (var table in new[] { Tables.Catalog, Tables.TokenUses })
        {
            await foreach (var row in TableService.GetTableClient(table).QueryAsync<TableEntity>(cancellationToken: Cancellation))
            {
                Assert.DoesNotContain(row.Keys, key => $"{row[key]}".Contains(text[4..20], StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task Name_is_free_again_ninety_days_after_the_end_of_its_token()
    {
        await IssueAsync(new TokenOrder("ci", Scopes.Read, Days: 1));
        var order = new TokenOrder("ci", Scopes.Read);

        _time.Advance(TimeSpan.FromDays(91));
        Assert.Equal(ProblemCode.TokenNameTaken, (await Administration.IssueAsync("test", order, Cancellation)).Problem?.Code);
        _time.Advance(TimeSpan.FromSeconds(1));
        var text = await IssueAsync(order);

        Assert.NotNull(await FindAsync(_pipeline, text));
        Assert.Single(await Administration.ListAsync(Cancellation));
    }

    [Fact]
    public async Task Use_is_written_down_once_an_hour()
    {
        var text = await IssueAsync(new TokenOrder("ci", Scopes.Read));
        Assert.Null(Assert.Single(await Administration.ListAsync(Cancellation)).LastUsed);

        await FindAsync(_pipeline, text);
        _time.Advance(TimeSpan.FromMinutes(59));
        await FindAsync(_pipeline, text);
        Assert.Equal(Start, Assert.Single(await Administration.ListAsync(Cancellation)).LastUsed);
        _time.Advance(TimeSpan.FromMinutes(1));
        await FindAsync(_pipeline, text);

        Assert.Equal(Start.AddHours(1), Assert.Single(await Administration.ListAsync(Cancellation)).LastUsed);
    }

    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        await _other.DisposeAsync();
        await _azurite.DisposeAsync();
    }

    private async Task<string> IssueAsync(TokenOrder order)
    {
        var (problem, token) = await Administration.IssueAsync(TestPrincipal.Operator.Id, order, Cancellation);
        Assert.Null(problem);
        return token!.Token!;
    }

    private static async Task<Principal?> FindAsync(PipelineInstance instance, string text) => await instance.Get<ApiTokens>().FindAsync(text, Cancellation);

    private Task<PipelineInstance> StartAsync() =>
        PipelineInstance.StartAsync(_azurite.ConnectionString, keys, builder => builder.Services.AddSingleton<TimeProvider>(_time));
}
