using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Apps;
using Serverless.Management;
using Serverless.Management.Documents;

namespace Serverless.Keys;

/// <summary><c>/api/manage/keys</c> and <c>/api/manage/apps/{app}/keys</c>: which keys are good, for all apps and for one.</summary>
internal sealed class KeyAdministrationFunction(ManagementApi management, KeyAdministration keys, KeyOverview overview)
{
    private const string All = "api/manage/keys";
    private const string OfApp = ManagementApi.App + "/keys";
    private const string Retire = "/{key}/retire";
    private const string Disable = "/{key}/disable";
    private const string Enable = "/{key}/enable";

    [Function("ManageAllKeys")]
    [Operation("List keys, for all apps", typeof(KeyDescriptionList))]
    public Task<IResult> ListAllAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = All)] HttpRequest request, CancellationToken cancellation) =>
        AnswerAsync(request, Scopes.Read, app: null, (_, id) => ShowAsync(id, cancellation), cancellation);

    [Function("ManageKeys")]
    [Operation("List keys, for an app", typeof(KeyDescriptionList))]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = OfApp)] HttpRequest request, string app, CancellationToken cancellation) =>
        AnswerAsync(request, Scopes.Read, app, (_, id) => ShowAsync(id, cancellation), cancellation);

    [Function("ManageAllKeysRetire")]
    [Operation(
        "Retire a key for all apps",
        typeof(KeyDescriptionList),
        ProblemCode.KeyNotFound, ProblemCode.KeyInUse, ProblemCode.KeyTooNew, ProblemCode.LastKey, ProblemCode.CustodianUnavailable,
        Body = typeof(KeyRetirement))]
    public Task<IResult> RetireAllAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = All + Retire)] HttpRequest request, string key, CancellationToken cancellation) =>
        ChangeAsync(request, app: null, key, ManagementJson.Default.KeyRetirement, keys.RetireAsync, cancellation);

    [Function("ManageKeysRetire")]
    [Operation(
        "Retire a key for an app",
        typeof(KeyDescriptionList),
        ProblemCode.KeyNotFound, ProblemCode.KeyInUse, ProblemCode.KeyTooNew, ProblemCode.LastKey, ProblemCode.CustodianUnavailable,
        Body = typeof(KeyRetirement))]
    public Task<IResult> RetireAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = OfApp + Retire)] HttpRequest request, string app, string key, CancellationToken cancellation) =>
        ChangeAsync(request, app, key, ManagementJson.Default.KeyRetirement, keys.RetireAsync, cancellation);

    [Function("ManageAllKeysDisable")]
    [Operation(
        "Disable a key for all apps",
        typeof(KeyDescriptionList),
        ProblemCode.KeyNotFound, ProblemCode.LastKey, ProblemCode.CustodianUnavailable,
        Body = typeof(KeyDisabling))]
    public Task<IResult> DisableAllAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = All + Disable)] HttpRequest request, string key, CancellationToken cancellation) =>
        ChangeAsync(request, app: null, key, ManagementJson.Default.KeyDisabling, keys.DisableAsync, cancellation);

    [Function("ManageKeysDisable")]
    [Operation(
        "Disable a key for an app",
        typeof(KeyDescriptionList),
        ProblemCode.KeyNotFound, ProblemCode.LastKey, ProblemCode.CustodianUnavailable,
        Body = typeof(KeyDisabling))]
    public Task<IResult> DisableAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = OfApp + Disable)] HttpRequest request, string app, string key, CancellationToken cancellation) =>
        ChangeAsync(request, app, key, ManagementJson.Default.KeyDisabling, keys.DisableAsync, cancellation);

    [Function("ManageAllKeysEnable")]
    [Operation(
        "Enable a key for all apps",
        typeof(KeyDescriptionList),
        ProblemCode.KeyNotFound, ProblemCode.KeyDisabledForAll, ProblemCode.CustodianUnavailable,
        Body = typeof(KeyEnabling))]
    public Task<IResult> EnableAllAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = All + Enable)] HttpRequest request, string key, CancellationToken cancellation) =>
        ChangeAsync(request, app: null, key, ManagementJson.Default.KeyEnabling, keys.EnableAsync, cancellation);

    [Function("ManageKeysEnable")]
    [Operation(
        "Enable a key for an app",
        typeof(KeyDescriptionList),
        ProblemCode.KeyNotFound, ProblemCode.KeyDisabledForAll, ProblemCode.CustodianUnavailable,
        Body = typeof(KeyEnabling))]
    public Task<IResult> EnableAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = OfApp + Enable)] HttpRequest request, string app, string key, CancellationToken cancellation) =>
        ChangeAsync(request, app, key, ManagementJson.Default.KeyEnabling, keys.EnableAsync, cancellation);

    private Task<IResult> ChangeAsync<T>(
        HttpRequest request,
        string? app,
        string key,
        JsonTypeInfo<T> type,
        Func<Principal, AppId?, string, T, CancellationToken, Task<Problem?>> change,
        CancellationToken cancellation)
        where T : class => AnswerAsync(
            request,
            Scopes.Keys,
            app,
            async (by, id) =>
            {
                if (!KeyName.TryParse(key, out var keyId))
                {
                    return Problem.KeyNotFound.ToHttp();
                }

                var (fault, body) = await ManagementBody.ReadAsync(request, type, cancellation);
                return (fault ?? await change(by, id, keyId, body!, cancellation)) is { } problem ? problem.ToHttp() : await ShowAsync(id, cancellation);
            },
            cancellation);

    private async Task<IResult> ShowAsync(AppId? app, CancellationToken cancellation) =>
        Results.Json(await overview.ListAsync(app, cancellation), ManagementJson.Default.KeyDescriptionList);

    /// <summary>Answers for all apps, or for one that exists.</summary>
    private Task<IResult> AnswerAsync(
        HttpRequest request, Scopes scope, string? app, Func<Principal, AppId?, Task<IResult>> answer, CancellationToken cancellation) => app is null
        ? management.AnswerAsync(request, scope, app: null, by => answer(by, null), cancellation)
        : management.AnswerAsync(request, scope, app, (by, id) => answer(by, id), cancellation);
}
