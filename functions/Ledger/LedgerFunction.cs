using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Apps;
using Serverless.Management;
using Serverless.Management.Documents;
using Serverless.Releases;

namespace Serverless.Ledger;

/// <summary><c>/api/manage/apps/{app}/ledger</c>: what was done, of all kinds or of <c>?kind=</c>, and a part of the chain followed.</summary>
internal sealed class LedgerFunction(ManagementApi management, LedgerReading ledger)
{
    private const string List = ManagementApi.App + "/ledger";

    [Function("ManageLedger")]
    [Operation("List what was done, newest first", typeof(LedgerPage), Query = [Page.LimitParameter, Page.AfterParameter, "kind"])]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = List)] HttpRequest request, string app, CancellationToken cancellation) =>
        management.ListAsync(
            request,
            app,
            ManagementJson.Default.LedgerPage,
            isNumbered: true,
            (id, page) => ledger.ListAsync(id, page, request.Query["kind"].ToString() is { Length: > 0 } kind ? kind : null, cancellation),
            cancellation);

    /// <summary>Follows at most a thousand rows behind <c>?after=</c>, whose hash is <c>?hash=</c>; from the beginning without them.</summary>
    [Function("ManageLedgerVerification")]
    [Operation("Follow a part of the ledger's chain", typeof(LedgerVerification), ProblemCode.MissingParameter, Query = ["after", "hash"])]
    public Task<IResult> VerifyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = List + "/verification")] HttpRequest request, string app, CancellationToken cancellation) =>
        management.AnswerAsync(request, Scopes.Read, app, (_, id) => VerifyAsync(request.Query, id, cancellation), cancellation);

    private async Task<IResult> VerifyAsync(IQueryCollection query, AppId app, CancellationToken cancellation)
    {
        var after = 0L;
        if (query["after"].ToString() is { Length: > 0 } from && !long.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            return Problem.InvalidParameter("after", "the number of a row").ToHttp();
        }

        if (query["hash"].ToString() is not { Length: > 0 } hash)
        {
            return after == 0 ? await ShowAsync(LedgerRow.Genesis) : Problem.MissingParameter("hash").ToHttp();
        }

        return Sha256Digest.TryParse(hash, out _) ? await ShowAsync(hash) : Problem.InvalidParameter("hash", "that of the row, 64 hex digits").ToHttp();

        async Task<IResult> ShowAsync(string known) =>
            Results.Json(await ledger.VerifyAsync(app, after, known, cancellation), ManagementJson.Default.LedgerVerification);
    }
}
