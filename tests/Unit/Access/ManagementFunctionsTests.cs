using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serverless.Access;
using Serverless.Hosts.Standalone.Discovery;
using Serverless.Management;

namespace Serverless.Tests.Unit.Access;

/// <summary>Every function there is, called by nobody and by somebody who may do nothing. Storage is not there: whoever goes on fails.</summary>
public sealed class ManagementFunctionsTests(FunctionsHost host) : IClassFixture<FunctionsHost>
{
    /// <summary>What devices and users call. Whatever is not here is for people and scripts, and asks who they are.</summary>
    private static readonly string[] Public =
    [
        "ChannelGet", "ChannelList", "ChannelSet", "ChannelUnset", "DeviceKeyEnrolment", "Dashboard", "DashboardFile", "DownloadSize", "EntraSignedIn", "EntraSignIn", "Health", "Keys", "Notices", "Pins", "Readiness", "Report", "Session", "SessionEnd", "SessionStart", "SigningHealth", "Status", "StatusFeed", "UpdateCheck",
    ];

    /// <summary>What shows callers who are limited to some apps as much as they may see.</summary>
    private static readonly string[] Limited = ["ManageApps", "ManageOpenApi"];

    private static readonly FunctionCatalog Catalog = FunctionCatalog.Discover(typeof(ManagementApi).Assembly.GetTypes());

    public static TheoryData<string> Functions => [.. Catalog.Functions.OfType<HttpFunction>().Select(function => function.Name).Except(Public)];

    public static TheoryData<string> FunctionsOfOneApp => [.. Functions.Select(row => row.Data).Except(Limited)];

    [Fact]
    public void What_needs_no_caller_is_not_below_manage() =>
        Assert.All(
            Catalog.Functions.OfType<HttpFunction>(),
            function => Assert.NotEqual(Public.Contains(function.Name), function.Route.StartsWith("api/manage/", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task Function_does_nothing_for_a_stranger(string name) => Assert.Equal(401, await CallAsync(name, (Problem.Unauthenticated, null)));

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task Function_does_nothing_for_a_caller_without_a_scope(string name) => Assert.Equal(403, await CallAsync(name, (null, new Principal("token:t", Scopes.None))));

    [Theory]
    [MemberData(nameof(FunctionsOfOneApp))]
    public async Task Function_does_nothing_for_a_caller_of_another_app(string name) =>
        Assert.Equal(403, await CallAsync(name, (null, new Principal("token:t", Scopes.Admin) { Apps = ["com.example.other"] })));

    private async Task<int?> CallAsync(string name, (Problem? Problem, Principal? Principal) caller)
    {
        host.Caller = caller;
        var function = Catalog.Functions.OfType<HttpFunction>().Single(function => function.Name == name);
        var instance = ActivatorUtilities.CreateInstance(host.Services, function.Class);
        var arguments = function.Method.GetParameters().Select(parameter =>
            parameter.ParameterType == typeof(HttpRequest) ? new DefaultHttpContext().Request
            : parameter.ParameterType == typeof(CancellationToken) ? TestContext.Current.CancellationToken
            : (object)"com.example.app");
        var answer = await (Task<IResult>)function.Method.Invoke(instance, [.. arguments])!;
        return (answer as IStatusCodeHttpResult)?.StatusCode;
    }
}

/// <summary>Everything that functions need, with a caller that a test chooses.</summary>
public sealed class FunctionsHost : IDisposable
{
    private readonly IHost _host;

    public FunctionsHost()
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration["AzureWebJobsStorage"] = "UseDevelopmentStorage=true";
        builder.Configuration["Signing:Pepper"] = Convert.ToBase64String(new byte[32]);
        builder.Configuration["Signing:KeyFolder"] = Path.GetTempPath();
        builder.AddUpdatePipeline();
        builder.Services.AddSingleton<IAuthentication>(new ChosenCaller(this));
        _host = builder.Build();
    }

    internal (Problem? Problem, Principal? Principal) Caller { get; set; }

    internal IServiceProvider Services => _host.Services;

    public void Dispose() => _host.Dispose();

    private sealed class ChosenCaller(FunctionsHost host) : IAuthentication
    {
        public ValueTask<(Problem? Problem, Principal? Principal)> AuthenticateAsync(HttpRequest request, CancellationToken cancellation) => ValueTask.FromResult(host.Caller);
    }
}
